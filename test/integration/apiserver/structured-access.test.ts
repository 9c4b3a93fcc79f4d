import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { parseFlags } from '../../../src/kubernetes/apiserver/flags.ts';
import { securityConfig } from '../../../src/kubernetes/apiserver/load-security.ts';
import { startApiServer } from '../../support/api-server.ts';
import { type HttpsResponder, startHttpsResponder } from '../../support/https-responder.ts';

const REVIEW = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

const owned: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of owned.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

function own<T extends AsyncDisposable>(resource: T): T {
  owned.push(resource);
  return resource;
}

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'access-'));
  own({ [Symbol.asyncDispose]: () => rm(path, { recursive: true }) });
  return path;
}

/** As editors and Kubernetes do it. */
async function replace(file: string, content: object): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(content));
  await rename(`${file}.new`, file);
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}

interface Issuer extends HttpsResponder {
  token(claims: Record<string, unknown>): Promise<string>;
}

async function startIssuer(discovery = '/.well-known/openid-configuration', name?: string): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }];
  const responder: HttpsResponder = own(
    await startHttpsResponder(({ path }) => {
      if (path === discovery) return { issuer: name ?? responder.url, jwks_uri: `${responder.url}/keys` };
      return path === '/keys' ? { keys } : 404;
    }),
  );
  const token = (claims: Record<string, unknown>) =>
    new SignJWT({ iss: name ?? responder.url, aud: 'us', exp: Math.floor(Date.now() / 1000) + 600, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(privateKey);
  return Object.assign(responder, { token });
}

const configuration = (jwt: object[], more: object = {}) => ({
  apiVersion: 'apiserver.config.k8s.io/v1',
  kind: 'AuthenticationConfiguration',
  jwt,
  ...more,
});

test('several issuers, claims that are computed, and a file that changes', async () => {
  const [first, second] = [await startIssuer(), await startIssuer('/elsewhere', 'https://issuer.example/tenant')];
  const jwtOfFirst = {
    issuer: { url: first.url, audiences: ['us', 'them'], audienceMatchPolicy: 'MatchAny', certificateAuthority: first.ca },
    claimMappings: {
      username: { expression: "claims.email.split('@')[0]" },
      groups: { expression: "claims.roles.split(',')" },
      uid: { claim: 'sub' },
      extra: [{ key: 'example.org/team', valueExpression: 'claims.?team' }],
    },
    claimValidationRules: [
      { claim: 'tenant', requiredValue: 'acme' },
      { expression: 'claims.?email_verified.orValue(false) == true', message: 'e-mail is not verified' },
    ],
    userValidationRules: [{ expression: "!user.username.startsWith('system:')", message: 'reserved' }],
  };
  const jwtOfSecond = {
    issuer: {
      url: 'https://issuer.example/tenant',
      discoveryURL: `${second.url}/elsewhere`,
      audiences: ['us'],
      certificateAuthority: second.ca,
    },
    claimMappings: { username: { claim: 'sub', prefix: 'two:' }, groups: { claim: 'groups', prefix: '' } },
  };
  const file = join(await directory(), 'authentication.yaml');
  await replace(file, configuration([jwtOfFirst, jwtOfSecond]));
  const server = own(await startApiServer({ config: await securityConfig(parseFlags([`--authentication-config=${file}`])) }));
  const ask = async (token: string) => server.call('POST', REVIEW, { body: {}, token });
  const review = async (token: string) =>
    (await server.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec: { token } } })).body.status;

  const claims = { sub: '17', email: 'ann@acme.example', email_verified: true, roles: 'dev,ops', tenant: 'acme', team: ['blue', 'red'] };
  expect((await ask(await first.token({ ...claims, aud: 'them' }))).body.status.userInfo).toEqual({
    username: 'ann',
    uid: '17',
    groups: ['dev', 'ops', 'system:authenticated'],
    extra: { 'example.org/team': ['blue', 'red'] },
  });
  expect((await ask(await first.token({ ...claims, aud: 'others' }))).code).toBe(401);
  expect((await review(await first.token({ ...claims, tenant: 'x' }))).error).toContain('required claim tenant value does not match');
  expect((await review(await first.token({ ...claims, email_verified: false }))).error).toContain(
    "oidc: error evaluating claim validation expression: validation expression 'claims.?email_verified.orValue(false) == true' failed: e-mail is not verified",
  );
  expect((await review(await first.token({ ...claims, email: 'system:a@b' }))).error).toContain(
    "oidc: error evaluating user info validation rule: validation expression '!user.username.startsWith('system:')' failed: reserved",
  );
  const ofSecond = await second.token({ sub: 'bob', groups: ['g'] });
  expect((await ask(ofSecond)).body.status.userInfo).toMatchObject({ username: 'two:bob', groups: ['g', 'system:authenticated'] });

  await replace(file, configuration([{ ...jwtOfSecond, claimMappings: { username: { expression: "'now:' + claims.sub" } } }]));
  await until(async () => (await ask(ofSecond)).body.status?.userInfo?.username === 'now:bob');
  expect((await ask(await first.token(claims))).code).toBe(401);
  await replace(file, configuration([{ issuer: { url: 'http://wrong' } }]));
  expect((await ask(ofSecond)).code).toBe(201);
});

test('anonymous requests on the paths that are named', async () => {
  const file = join(await directory(), 'authentication.yaml');
  await replace(file, configuration([], { anonymous: { enabled: true, conditions: [{ path: '/livez' }] } }));
  const server = own(await startApiServer({ config: await securityConfig(parseFlags([`--authentication-config=${file}`])) }));
  expect((await server.call('GET', '/livez', { token: '' })).code).toBe(200);
  expect((await server.call('GET', '/readyz', { token: '' })).code).toBe(401);
});

function kubeconfig({ url, ca }: HttpsResponder): object {
  return {
    'current-context': 'judge',
    contexts: [{ name: 'judge', context: { cluster: 'judge', user: 'us' } }],
    clusters: [{ name: 'judge', cluster: { server: `${url}/review`, 'certificate-authority-data': btoa(ca) } }],
    users: [{ name: 'us', user: { token: 'ours' } }],
  };
}

test('a chain of webhooks, asked about what their conditions say, and a file that changes', async () => {
  const strict = own(
    await startHttpsResponder(({ body }) => ({ status: { allowed: false, denied: body.spec.user === 'eve', reason: 'strict' } })),
  );
  const broken = own(await startHttpsResponder(() => 400));
  const path = await directory();
  const files = { strict: join(path, 'strict.yaml'), broken: join(path, 'broken.yaml'), chain: join(path, 'authorization.yaml') };
  await replace(files.strict, kubeconfig(strict));
  await replace(files.broken, kubeconfig(broken));
  const webhook = (name: 'strict' | 'broken', failurePolicy: string, expression: string) => ({
    type: 'Webhook',
    name,
    webhook: {
      timeout: '3s',
      subjectAccessReviewVersion: 'v1',
      matchConditionSubjectAccessReviewVersion: 'v1',
      failurePolicy,
      connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: files[name] },
      matchConditions: [{ expression }],
    },
  });
  const secretsOnly = "request.resourceAttributes.resource == 'secrets'";
  const chain = (...authorizers: object[]) => ({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthorizationConfiguration',
    authorizers,
  });
  const inDefault = "has(request.resourceAttributes) && request.resourceAttributes.namespace == 'default'";
  const rest = [
    { type: 'RBAC', name: 'rbac' },
    { type: 'AlwaysAllow', name: 'rest' },
  ];
  await replace(
    files.chain,
    chain(webhook('strict', 'Deny', inDefault), webhook('broken', 'Deny', `${inDefault} && ${secretsOnly}`), ...rest),
  );
  const config = {
    ...(await securityConfig(parseFlags([`--authorization-config=${files.chain}`]))),
    staticTokens: new Map(['ann', 'eve'].map((name) => [name, { username: name, groups: [] }])),
  };
  const server = own(await startApiServer({ config }));
  const get = (token: string, at: string) => server.call('GET', `/api/v1/${at}`, { token });
  expect((await get('ann', 'namespaces/default/pods')).code).toBe(200);
  expect((await get('eve', 'namespaces/kube-system/pods')).code).toBe(200);
  const denied = await get('eve', 'namespaces/default/pods');
  expect([denied.code, denied.body.message]).toEqual([403, expect.stringMatching(/is forbidden: .*: strict$/)]);
  expect((await get('ann', 'namespaces/default/secrets')).code).toBe(500);
  expect((await get('ann', 'namespaces/kube-system/secrets')).code).toBe(200);
  expect(broken.questions).toHaveLength(1);
  expect(strict.questions.map(({ body }) => `${body.spec.user} ${body.spec.resourceAttributes.resource}`)).toEqual([
    'ann pods',
    'eve pods',
    'ann secrets',
  ]);
  const metrics = (await server.call('GET', '/metrics', { token: 'ann' })).text;
  expect(metrics).toContain('apiserver_authorization_decisions_total{type="Webhook",name="strict",decision="denied"} 1');
  expect(metrics).toMatch(/apiserver_authorization_decisions_total\{type="AlwaysAllow",name="rest",decision="allowed"\} [1-9]/);

  await replace(files.chain, chain(webhook('broken', 'NoOpinion', secretsOnly), ...rest));
  await until(async () => (await get('eve', 'namespaces/default/pods')).code === 200);
  expect((await get('ann', 'namespaces/default/secrets')).code).toBe(200);
  await replace(files.chain, chain({ type: 'RBAC' }));
  expect((await get('eve', 'namespaces/default/pods')).code).toBe(200);
});

test.each([
  {
    flags: ['--oidc-issuer-url=https://a', '--oidc-client-id=b', '--authentication-config=/x'],
    fault: 'authentication-config file and oidc-* flags are mutually exclusive',
  },
  {
    flags: ['--authorization-mode=RBAC', '--authorization-config=/x'],
    fault: '--authorization-config can not be specified when --authorization-mode or --authorization-webhook-* flags are defined',
  },
])('$fault', async ({ flags, fault }) => {
  await expect(securityConfig(parseFlags(flags))).rejects.toThrow(fault);
});
