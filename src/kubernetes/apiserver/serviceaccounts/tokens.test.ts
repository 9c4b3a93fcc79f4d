import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.ts';
import { pods, secrets, serviceAccounts } from '../../api/resources.ts';
import { signJwt } from './jwt.ts';
import { signingKeyFrom, verificationKeysFrom } from './keys.ts';
import { TokenValidator } from './token-validator.ts';
import { TokenVerifier } from './token-verifier.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const ISSUER = 'https://issuer.example';
const account = { name: 'builder', uid: 'sa-1' };

function pem(type: 'rsa' | 'ec'): { privateKey: string; publicKey: string } {
  const pair = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: String(pair.publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

const rsa = pem('rsa');
const ec = pem('ec');

function given() {
  const clock = new FakeClock(NOW);
  const store = new MemoryObjectStore();
  store.put(serviceAccounts, { metadata: { namespace: 'ns', name: account.name, uid: account.uid } });
  store.put(pods, { metadata: { namespace: 'ns', name: 'web', uid: 'pod-1' }, spec: { containers: [] } });
  const keys = verificationKeysFrom([rsa.publicKey, ec.publicKey]);
  return { clock, store, verifier: new TokenVerifier({ issuers: [ISSUER], audiences: ['api'], keys }, new TokenValidator(store, clock)) };
}

const seconds = NOW / 1000;
const claims = (more: object = {}, own: object = {}) => ({
  iss: ISSUER,
  sub: 'system:serviceaccount:ns:builder',
  aud: ['api'],
  exp: seconds + 3600,
  nbf: seconds,
  'kubernetes.io': { namespace: 'ns', serviceaccount: account, ...own },
  ...more,
});
const token = (more: object = {}, own: object = {}, key = rsa.privateKey) => signJwt(claims(more, own), signingKeyFrom(key));

test.each([
  { name: 'RS256', key: rsa.privateKey },
  { name: 'ES256', key: ec.privateKey },
])('$name tokens are verified', ({ key }) => {
  expect(given().verifier.verify(token({}, {}, key))?.user).toMatchObject({ username: 'system:serviceaccount:ns:builder', uid: 'sa-1' });
});

test('a key id is the same for the private key and its public half', () => {
  expect(verificationKeysFrom([rsa.privateKey])[0]?.id).toBe(verificationKeysFrom([rsa.publicKey])[0]?.id);
  expect(signingKeyFrom(ec.privateKey)).toMatchObject({ algorithm: 'ES256' });
});

describe('is not for this verifier', () => {
  test.each([
    { name: 'no JWT at all', text: 'opaque' },
    { name: "another issuer's", text: token({ iss: 'https://elsewhere' }) },
  ])('$name', ({ text }) => {
    expect(given().verifier.verify(text)).toBeUndefined();
  });
});

describe('is refused', () => {
  test('signed with another key', () => {
    expect(() => given().verifier.verify(token({}, {}, pem('rsa').privateKey))).toThrow('invalid bearer token');
  });

  test('for another audience', () => {
    expect(() => given().verifier.verify(token({ aud: ['vault'] }))).toThrow(
      'token audiences ["vault"] is invalid for the target audiences ["api"]',
    );
  });

  test.each([
    { name: 'expired', more: { exp: seconds - 61 }, own: {}, why: 'service account token has expired' },
    { name: 'not valid yet', more: { nbf: seconds + 61 }, own: {}, why: 'service account token is not valid yet' },
    {
      name: 'of an account made anew',
      more: {},
      own: { serviceaccount: { ...account, uid: 'sa-0' } },
      why: 'service account UID (sa-1) does not match claim (sa-0)',
    },
    {
      name: 'of an account that is gone',
      more: {},
      own: { serviceaccount: { name: 'x', uid: 'y' } },
      why: 'serviceaccounts "x" not found',
    },
    {
      name: 'of a pod that is gone',
      more: {},
      own: { pod: { name: 'none', uid: 'y' } },
      why: 'service account token has been invalidated',
    },
    {
      name: 'of a pod made anew',
      more: {},
      own: { pod: { name: 'web', uid: 'y' } },
      why: 'pod UID (pod-1) does not match service account pod ref claim (y)',
    },
    { name: 'of a node that is gone', more: {}, own: { node: { name: 'n', uid: 'y' } }, why: 'service account token has been invalidated' },
  ])('$name', ({ more, own, why }) => {
    expect(() => given().verifier.verify(token(more, own))).toThrow(why);
  });

  test('a minute after its pod was to be gone, though seen before', () => {
    const { store, verifier } = given();
    const bound = token({}, { pod: { name: 'web', uid: 'pod-1' } });
    const deletedAt = (ago: number) =>
      store.put(pods, {
        metadata: { namespace: 'ns', name: 'web', uid: 'pod-1', deletionTimestamp: new Date(NOW - ago * 1000).toISOString() },
        spec: { containers: [] },
      });
    deletedAt(30);
    expect(verifier.verify(bound)?.user.username).toBe('system:serviceaccount:ns:builder');
    deletedAt(61);
    expect(() => verifier.verify(bound)).toThrow('service account token has been invalidated');
  });
});

test("a pod's token names its node without depending on it", () => {
  const { user } = given().verifier.verify(token({}, { pod: { name: 'web', uid: 'pod-1' }, node: { name: 'gone', uid: 'y' } })) ?? {};
  expect(user?.extra).toMatchObject({
    'authentication.kubernetes.io/pod-name': ['web'],
    'authentication.kubernetes.io/node-name': ['gone'],
  });
});

test('a token in a Secret is good while the Secret holds it', () => {
  const { store, verifier } = given();
  const prefix = 'kubernetes.io/serviceaccount';
  const kept = signJwt(
    {
      iss: 'kubernetes/serviceaccount',
      sub: 'system:serviceaccount:ns:builder',
      [`${prefix}/namespace`]: 'ns',
      [`${prefix}/secret.name`]: 's',
      [`${prefix}/service-account.name`]: 'builder',
      [`${prefix}/service-account.uid`]: 'sa-1',
    },
    signingKeyFrom(rsa.privateKey),
  );
  expect(() => verifier.verify(kept)).toThrow('service account token has been invalidated');
  store.put(secrets, { metadata: { namespace: 'ns', name: 's' }, data: { token: Buffer.from(kept).toString('base64') } });
  expect(verifier.verify(kept)?.user.username).toBe('system:serviceaccount:ns:builder');
  const used = store.get(secrets, 'ns', 's');
  expect(used?.metadata.labels?.['kubernetes.io/legacy-token-last-used']).toMatch(/^\d{4}-\d\d-\d\d$/);
  store.put(secrets, { ...used, metadata: { ...used?.metadata, labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' } } });
  expect(() => verifier.verify(kept)).toThrow('the token in secret ns/s for service account ns/builder has been marked invalid');
  store.put(secrets, { metadata: { namespace: 'ns', name: 's' }, data: {} });
  expect(() => verifier.verify(kept)).toThrow('service account token does not match server copy');
});

test('tokens are counted by how old they are, those of Secrets by who made them', () => {
  const clock = new FakeClock(NOW);
  const store = new MemoryObjectStore();
  const uses: string[] = [];
  const keys = verificationKeysFrom([rsa.publicKey]);
  const validator = new TokenValidator(store, clock, (use) => uses.push(use));
  const verifier = new TokenVerifier({ issuers: [ISSUER], audiences: ['api'], keys }, validator);
  store.put(serviceAccounts, { metadata: { namespace: 'ns', name: account.name, uid: account.uid }, secrets: [{ name: 'generated' }] });
  verifier.verify(token({}, { warnafter: seconds + 10 }));
  verifier.verify(token({}, { warnafter: seconds - 10 }));
  for (const name of ['generated', 'manual']) {
    const own = {
      'kubernetes.io/serviceaccount/namespace': 'ns',
      'kubernetes.io/serviceaccount/secret.name': name,
      'kubernetes.io/serviceaccount/service-account.name': account.name,
      'kubernetes.io/serviceaccount/service-account.uid': account.uid,
    };
    const text = signJwt({ iss: 'kubernetes/serviceaccount', ...own }, signingKeyFrom(rsa.privateKey));
    store.put(secrets, { metadata: { namespace: 'ns', name }, data: { token: Buffer.from(text).toString('base64') } });
    verifier.verify(text);
  }
  expect(uses).toEqual([
    'valid_tokens',
    'stale_tokens',
    'legacy_tokens',
    'legacy_auto_token_uses',
    'legacy_tokens',
    'legacy_manual_token_uses',
  ]);
});
