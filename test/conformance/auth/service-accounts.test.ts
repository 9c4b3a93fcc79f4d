import { expect } from 'vitest';
import { behaviour } from '../../support/conformance-space.ts';
import { eventually, finish } from '../../support/process.ts';

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount';

behaviour('a pod has a token, the authority and its namespace, and may ask the API', async (space) => {
  const log = await space.output({ containers: [{ run: `cd ${TOKEN}; ls; cat namespace; echo; head -1 ca.crt; wc -c < token` }] });
  for (const part of ['ca.crt', 'namespace', 'token', space.namespace, 'BEGIN CERTIFICATE']) expect(log).toContain(part);
});

const choices = [
  { account: undefined, pod: undefined, mounted: true },
  { account: true, pod: undefined, mounted: true },
  { account: false, pod: undefined, mounted: false },
  { account: false, pod: true, mounted: true },
  { account: true, pod: false, mounted: false },
];
behaviour('a token is mounted unless the account says no, and the pod has the last word', async (space) => {
  for (const [index, { account, pod, mounted }] of choices.entries()) {
    await space.apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: `sa${index}` },
      automountServiceAccountToken: account,
    });
    const name = await space.pod({ serviceAccountName: `sa${index}`, automountServiceAccountToken: pod, containers: [{ run: 'true' }] });
    const { spec } = await space.getPod(name);
    expect(Boolean(spec?.containers[0]?.volumeMounts?.some(({ mountPath }) => mountPath === TOKEN))).toBe(mounted);
  }
});

behaviour('a token by request is good for its audience, and reviewed', async (space) => {
  const token = (await space.kubectl('create', 'token', 'default', '--audience=vault', '--duration=1h')).trim();
  const review = async (audiences: string[]) => {
    const body = JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, audiences } });
    const { stdout } = await finish('kubectl', ['create', '--validate=false', '-o', 'json', '-f', '-'], {
      input: body,
      env: { KUBECONFIG: space.kubeconfig },
    });
    return JSON.parse(stdout).status as { authenticated?: boolean; user?: { username: string } };
  };
  expect(await review(['vault'])).toMatchObject({
    authenticated: true,
    user: { username: `system:serviceaccount:${space.namespace}:default` },
  });
  expect((await review(['other'])).authenticated).toBeFalsy();
});

behaviour('the authority is in every namespace, and comes back', async (space) => {
  const read = () => space.kubectl('get', 'configmap', 'kube-root-ca.crt', '-o', 'jsonpath={.data.ca\\.crt}');
  await eventually(async () => expect(await read()).toContain('BEGIN CERTIFICATE'));
  await space.kubectl('delete', 'configmap', 'kube-root-ca.crt');
  await eventually(async () => expect(await read()).toContain('BEGIN CERTIFICATE'));
  await space.kubectl('patch', 'configmap', 'kube-root-ca.crt', '-p', '{"data":{"ca.crt":""}}');
  await eventually(async () => expect(await read()).toContain('BEGIN CERTIFICATE'));
});

behaviour('who issues tokens is discovered, and the keys they are checked with', async (space) => {
  const configuration = JSON.parse(await space.kubectl('get', '--raw', '/.well-known/openid-configuration')) as {
    issuer: string;
    jwks_uri: string;
  };
  const token = (await space.kubectl('create', 'token', 'default')).trim();
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as { iss: string; sub: string };
  expect(claims).toMatchObject({ iss: configuration.issuer, sub: `system:serviceaccount:${space.namespace}:default` });
  const { keys } = JSON.parse(await space.kubectl('get', '--raw', '/openid/v1/jwks')) as { keys: { kid: string }[] };
  const header = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string };
  expect(keys.map(({ kid }) => kid)).toContain(header.kid);
});

behaviour('a projected token has its audience and is readable for the user of the pod', async (space) => {
  const log = await space.output({
    securityContext: { runAsUser: 1000, fsGroup: 10001 },
    volumes: [
      { name: 'token', projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3600, audience: 'vault' } }] } },
    ],
    containers: [{ run: 'stat -L -c "%a %u %g" /t/token; cut -d. -f2 /t/token', volumeMounts: [{ name: 'token', mountPath: '/t' }] }],
  });
  const [mode, claims] = log.trim().split('\n');
  expect(mode).toBe('640 1000 10001');
  expect(JSON.parse(Buffer.from(claims!, 'base64url').toString())).toMatchObject({
    aud: ['vault'],
    'kubernetes.io': { namespace: space.namespace },
  });
});

behaviour('subject reviews answer for others and for oneself', async (space) => {
  expect((await space.kubectl('auth', 'can-i', 'create', 'pods')).trim()).toBe('yes');
  const asAccount = await space.kubectl.try('auth', 'can-i', 'create', 'pods', `--as=system:serviceaccount:${space.namespace}:default`);
  expect(asAccount.stdout.trim()).toBe('no');
});
