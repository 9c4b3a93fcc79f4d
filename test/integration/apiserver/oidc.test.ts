import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { type HttpsResponder, startHttpsResponder } from '../../support/https-responder.ts';

const REVIEW = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

let issuer: HttpsResponder;
let server: TestApiServer;
let published: { id: string; keys: Keys }[];

async function newKey(id: string) {
  return { id, keys: await generateKeyPair('RS256', { extractable: true }) };
}

function token(claims: Record<string, unknown>, { id, keys }: { id: string; keys: Keys } = published.at(-1)!): Promise<string> {
  return new SignJWT({ iss: issuer.url, aud: 'slipway', exp: Math.floor(Date.now() / 1000) + 600, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: id })
    .sign(keys.privateKey);
}

const ask = async (claims: Record<string, unknown>, key?: { id: string; keys: Keys }) =>
  server.call('POST', REVIEW, { body: {}, token: await token(claims, key) });

beforeAll(async () => {
  published = [await newKey('first')];
  let keySet: object[] = [];
  issuer = await startHttpsResponder(({ path }) => {
    if (path === '/.well-known/openid-configuration') return { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
    return path === '/keys' ? { keys: keySet } : 404;
  });
  const publish = async () => {
    keySet = await Promise.all(
      published.map(async ({ id, keys }) => ({ ...(await exportJWK(keys.publicKey)), kid: id, alg: 'RS256', use: 'sig' })),
    );
  };
  await publish();
  rotate = async (id) => {
    published = [await newKey(id)];
    await publish();
  };
  server = await startApiServer({
    config: {
      oidc: {
        issuerUrl: issuer.url,
        audiences: ['slipway'],
        usernameClaim: 'sub',
        usernamePrefix: 'oidc:',
        groupsClaim: 'roles',
        groupsPrefix: 'oidc-group:',
        requiredClaims: { tenant: 'acme' },
        ca: issuer.ca,
        signingAlgorithms: ['RS256'],
      },
    },
  });
});
let rotate: (id: string) => Promise<void>;
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

test('claims become a user with groups', async () => {
  const { code, body } = await ask({ sub: 'ann', roles: ['dev', 'ops'], tenant: 'acme', jti: 'x1' });
  expect(code).toBe(201);
  expect(body.status.userInfo).toEqual({
    username: 'oidc:ann',
    groups: ['oidc-group:dev', 'oidc-group:ops', 'system:authenticated'],
    extra: { 'authentication.kubernetes.io/credential-id': ['JTI=x1'] },
  });
});

test.each([
  { name: 'a required claim has another value', claims: { sub: 'ann', tenant: 'other' } },
  { name: 'a required claim is missing', claims: { sub: 'ann' } },
  { name: 'for another audience', claims: { sub: 'ann', tenant: 'acme', aud: 'other' } },
  { name: 'expired', claims: { sub: 'ann', tenant: 'acme', exp: 1_000_000 } },
  { name: 'without a user', claims: { tenant: 'acme' } },
  { name: 'of another issuer', claims: { sub: 'ann', tenant: 'acme', iss: 'https://elsewhere.example' } },
])('a token is refused: $name', async ({ claims }) => {
  expect((await ask(claims)).code).toBe(401);
});

test('a key nobody published signs nothing', async () => {
  expect((await ask({ sub: 'ann', tenant: 'acme' }, await newKey('first'))).code).toBe(401);
});

test('a rotated key counts at once', async () => {
  await rotate('second');
  expect((await ask({ sub: 'ann', tenant: 'acme' })).code).toBe(201);
});

test('a token review knows it too', async () => {
  const review = (text: string) =>
    server.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec: { token: text } } }).then(({ body }) => body.status);
  expect(await review(await token({ sub: 'ann', tenant: 'acme' }))).toMatchObject({ authenticated: true, user: { username: 'oidc:ann' } });
  expect((await review(await token({ sub: 'ann', tenant: 'x' }))).error).toContain(
    'oidc: required claim tenant value does not match. Got = x, want = acme',
  );
});
