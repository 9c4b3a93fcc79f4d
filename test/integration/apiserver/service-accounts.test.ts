import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const NAMESPACE = '/api/v1/namespaces/default';
const POD = { metadata: { name: 'web' }, spec: { serviceAccountName: 'builder', containers: [{ name: 'c', image: 'img:1' }] } };

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
  await server.call('POST', `${NAMESPACE}/serviceaccounts`, {
    body: { metadata: { name: 'builder' }, imagePullSecrets: [{ name: 'registry' }] },
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const tokenFor = (spec: object) => server.call('POST', `${NAMESPACE}/serviceaccounts/builder/token`, { body: { spec } });
const whoami = (token: string) => server.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { token, body: {} });

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}

test('a pod gets its account, a token volume and the pull secrets', async () => {
  const { body: pod } = await server.call('POST', `${NAMESPACE}/pods`, { body: POD });
  expect(pod.spec).toMatchObject({ serviceAccountName: 'builder', serviceAccount: 'builder', imagePullSecrets: [{ name: 'registry' }] });
  const [volume] = pod.spec.volumes;
  expect(volume.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
  expect(volume.projected.sources[0]).toEqual({ serviceAccountToken: { expirationSeconds: 3607, path: 'token' } });
  expect(pod.spec.containers[0].volumeMounts).toEqual([
    { name: volume.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
  ]);
  expect(pod.spec.tolerations).toHaveLength(2);
  expect(pod.spec).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
});

test('a pod of an unknown account is refused', async () => {
  const pod = { metadata: { name: 'lost' }, spec: { ...POD.spec, serviceAccountName: 'nobody' } };
  const answer = await server.call('POST', `${NAMESPACE}/pods`, { body: pod });
  expect(answer).toMatchObject({
    code: 403,
    body: { message: 'pods "lost" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found' },
  });
});

test('a token of an account speaks for it', async () => {
  const { code, body } = await tokenFor({});
  expect(code).toBe(201);
  const info = (await whoami(body.status.token)).body.status.userInfo;
  expect(info).toMatchObject({
    username: 'system:serviceaccount:default:builder',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
  });
  expect(info.extra['authentication.kubernetes.io/credential-id']).toEqual([`JTI=${claimsOf(body.status.token).jti}`]);
});

test('a token bound to a pod dies with it', async () => {
  await server.call('POST', `${NAMESPACE}/pods`, { body: { ...POD, metadata: { name: 'short-lived' } } });
  const { token } = (await tokenFor({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'short-lived' } })).body.status;
  expect((await whoami(token)).body.status.userInfo.extra['authentication.kubernetes.io/pod-name']).toEqual(['short-lived']);
  await server.call('DELETE', `${NAMESPACE}/pods/short-lived?gracePeriodSeconds=0`);
  expect((await whoami(token)).code).toBe(401);
  await server.call('POST', `${NAMESPACE}/pods`, { body: { ...POD, metadata: { name: 'short-lived' } } });
  expect((await whoami(token)).code).toBe(401);
});

test('the injected token lives longer than it says, with a time to warn from', async () => {
  await server.call('POST', `${NAMESPACE}/pods`, { body: { ...POD, metadata: { name: 'injected' } } });
  const { status } = (await tokenFor({ expirationSeconds: 3607, boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'injected' } }))
    .body;
  const claims = claimsOf(status.token) as { exp: number; iat: number; 'kubernetes.io': { warnafter: number } };
  expect(claims.exp - claims.iat).toBe(365 * 24 * 3600);
  expect(claims['kubernetes.io'].warnafter).toBe(claims.iat + 3607);
  expect(Date.parse(status.expirationTimestamp) / 1000).toBe(claims.iat + 3607);
});

test.each([
  {
    name: 'too short a life',
    spec: { expirationSeconds: 5 },
    code: 422,
    message:
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 5: may not specify a duration less than 10 minutes',
  },
  {
    name: 'a pod that is not there',
    spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'none' } },
    code: 404,
    message: 'pods "none" not found',
  },
  {
    name: 'a kind tokens cannot be bound to',
    spec: { boundObjectRef: { apiVersion: 'v1', kind: 'ConfigMap', name: 'x' } },
    code: 400,
    message: 'cannot bind token to object of type /v1, Kind=ConfigMap',
  },
])('no token for $name', async ({ spec, code, message }) => {
  expect(await tokenFor(spec)).toMatchObject({ code, body: { message } });
});

test('a review tells whose token it is, for the audience it was made for', async () => {
  const { token } = (await tokenFor({ audiences: ['vault'] })).body.status;
  const review = (spec: object) => server.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', { body: { spec } });
  const good = await review({ token, audiences: ['vault', 'other'] });
  expect(good.body.status).toMatchObject({
    authenticated: true,
    audiences: ['vault'],
    user: { username: 'system:serviceaccount:default:builder' },
  });
  expect((await review({ token })).body.status).toMatchObject({
    user: {},
    error: expect.stringContaining('is invalid for the target audiences'),
  });
  expect((await review({ token: 'x' })).body.status).toEqual({ user: {}, error: 'invalid bearer token' });
  expect((await whoami(token)).code).toBe(401);
});

test('anyone with the published keys can verify a token', async () => {
  const configuration = (await server.call('GET', '/.well-known/openid-configuration')).body;
  expect(configuration).toMatchObject({ issuer: 'https://kubernetes.default.svc', subject_types_supported: ['public'] });
  const [jwk] = (await server.call('GET', '/openid/v1/jwks')).body.keys as (JsonWebKey & { kid: string; alg: string })[];
  const { token } = (await tokenFor({})).body.status;
  const [header = '', claims = '', signature = ''] = token.split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ kid: jwk?.kid, alg: jwk?.alg });
  const key = createPublicKey({ key: jwk!, format: 'jwk' });
  expect(
    verify('sha256', Buffer.from(`${header}.${claims}`), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')),
  ).toBe(true);
});
