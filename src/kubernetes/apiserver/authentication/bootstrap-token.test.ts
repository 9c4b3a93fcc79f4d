import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.ts';
import { secrets } from '../../api/resources.ts';
import { bootstrapTokenAuthenticator } from './bootstrap-token.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const TOKEN = 'abcdef.0123456789abcdef';
const DATA = { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true' };

function ask(data: Record<string, string>, bearerToken = TOKEN, type = 'bootstrap.kubernetes.io/token') {
  const store = new MemoryObjectStore();
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));
  store.put(secrets, { metadata: { namespace: 'kube-system', name: 'bootstrap-token-abcdef' }, type, data: encoded });
  const credentials = {
    bearerToken,
    headers: {},
    path: '/',
    socket: undefined as unknown as TLSSocket,
    signal: new AbortController().signal,
  };
  return bootstrapTokenAuthenticator(store, new FakeClock(NOW)).authenticate(credentials);
}

test('its holder may join, with the groups it names', () => {
  const user = ask({ ...DATA, 'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token' });
  expect(user).toEqual({
    username: 'system:bootstrap:abcdef',
    groups: ['system:bootstrappers', 'system:bootstrappers:kubeadm:default-node-token'],
  });
});

test.each([
  { name: 'a wrong secret', data: DATA, token: 'abcdef.0123456789abcdee' },
  { name: 'an unknown id', data: DATA, token: 'abcdeg.0123456789abcdef' },
  { name: 'another form', data: DATA, token: 'abcdef' },
  { name: 'an expired token', data: { ...DATA, expiration: '2029-12-31T23:59:59Z' }, token: TOKEN },
  { name: 'an expiration that cannot be read', data: { ...DATA, expiration: 'soon' }, token: TOKEN },
  { name: 'a token for signing only', data: { ...DATA, 'usage-bootstrap-authentication': 'false' }, token: TOKEN },
])('$name is nobody', ({ data, token }) => {
  expect(ask(data, token)).toBeUndefined();
});

test('a secret of another type is nobody', () => {
  expect(ask(DATA, TOKEN, 'Opaque')).toBeUndefined();
});

test('groups outside the bootstrappers are refused', () => {
  expect(() => ask({ ...DATA, 'auth-extra-groups': 'system:masters' })).toThrow('bootstrap token group "system:masters" is invalid');
});
