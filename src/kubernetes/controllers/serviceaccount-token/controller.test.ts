import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import { secrets, serviceAccounts } from '../../api/resources.ts';
import { serviceAccountTokenController } from './controller.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const robot = { namespace: 'ns', name: 'robot' };

async function withSecret() {
  const world = controllersOnFakes(serviceAccountTokenController({ privateKey: pem, rootCa: 'CA' }));
  await world.api.create(serviceAccounts, { metadata: robot });
  await world.api.create(secrets, {
    metadata: { namespace: 'ns', name: 'robot-token', annotations: { 'kubernetes.io/service-account.name': 'robot' } },
    type: 'kubernetes.io/service-account-token',
  });
  await world.settle();
  return world;
}

test('fills the Secret with a token that the key signed', async () => {
  await using world = await withSecret();
  const { data = {} } = await world.api.get(secrets, { namespace: 'ns', name: 'robot-token' });
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString();
  expect([text('ca.crt'), text('namespace')]).toEqual(['CA', 'ns']);
  const [header = '', claims = '', signature = ''] = text('token').split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
    iss: 'kubernetes/serviceaccount',
    sub: 'system:serviceaccount:ns:robot',
    'kubernetes.io/serviceaccount/secret.name': 'robot-token',
  });
  const key = { key: createPublicKey(privateKey), dsaEncoding: 'ieee-p1363' as const };
  expect(verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
});

test('deletes the Secret with its account', async () => {
  await using world = await withSecret();
  await world.api.delete(serviceAccounts, robot);
  await world.settle();
  expect((await world.api.list(secrets)).items).toEqual([]);
});
