import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { checkServerIdentity, connect, type PeerCertificate } from 'node:tls';
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

behaviour('a pod verifies its token with what its issuer says of itself', async (space) => {
  const log = await space.output({
    containers: [
      {
        run: `ask() { wget --no-check-certificate -qO- --header "Authorization: Bearer $(cat ${TOKEN}/token)" $1; echo; }
          issuer=$(cut -d. -f2 ${TOKEN}/token | tr -- -_ +/ | sed 's/$/==/' | base64 -d 2>/dev/null | sed 's/.*"iss":"\\([^"]*\\)".*/\\1/')
          ask $issuer/.well-known/openid-configuration > /tmp/configuration
          cat /tmp/configuration; cat ${TOKEN}/token; echo
          ask $(sed 's/.*"jwks_uri":"\\([^"]*\\)".*/\\1/' /tmp/configuration)`,
      },
    ],
  });
  const [configuration, token, keys] = log.trim().split('\n').filter(Boolean) as [string, string, string];
  const { issuer, jwks_uri } = JSON.parse(configuration) as { issuer: string; jwks_uri: string };
  const [header, claims, signature] = token.split('.') as [string, string, string];
  const part = <T>(text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as T;
  expect(part<{ iss: string }>(claims).iss).toBe(issuer);
  const jwk = (JSON.parse(keys) as { keys: { kid: string }[] }).keys.find(({ kid }) => kid === part<{ kid: string }>(header).kid);
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const signed = Buffer.from(`${header}.${claims}`);
  expect(verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'))).toBe(true);
  // Who trusts the authority of the cluster alone has to find the server under a name of its certificate.
  const certificate = await certificateOf(
    await space.kubectl('config', 'view', '--minify', '-o', 'jsonpath={.clusters[0].cluster.server}'),
  );
  for (const url of [issuer, jwks_uri]) expect(checkServerIdentity(new URL(url).hostname, certificate)).toBeUndefined();
});

async function certificateOf(server: string): Promise<PeerCertificate> {
  const { hostname, port } = new URL(server);
  const socket = connect({ host: hostname, port: Number(port || 443), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const certificate = socket.getPeerCertificate();
  socket.destroy();
  return certificate;
}

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
