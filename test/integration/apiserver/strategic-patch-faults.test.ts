import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
  await server.call('POST', CONFIG_MAPS, { body: { metadata: { name: 'm', finalizers: ['example.com/x'] } } });
});
afterAll(() => server[Symbol.asyncDispose]());

const HEADERS = { 'content-type': 'application/strategic-merge-patch+json' };

test.each([
  [{ metadata: { $retainKeys: 'x' } }, 400, 'BadRequest', 'invalid patch format of retainKeys'],
  [{ metadata: { $patch: 'x' } }, 500, undefined, 'unknown patch type: x in map: map[$patch:x]'],
  [{ metadata: { finalizers: [[]] } }, 422, 'Invalid', 'the server rejected our request due to an error in our request'],
])('%j', async (body, code, reason, message) => {
  const answer = await server.call('PATCH', `${CONFIG_MAPS}/m`, { headers: HEADERS, body });
  expect(answer.body).toMatchObject({ status: 'Failure', code, message });
  expect(answer.body.reason).toBe(reason);
});
