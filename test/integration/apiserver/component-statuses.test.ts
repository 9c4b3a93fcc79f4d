import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const PATH = '/api/v1/componentstatuses';
const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

test('every component is there, with a warning that nobody should ask', async () => {
  const { code, body, headers } = await server.call('GET', PATH);
  expect(code).toBe(200);
  expect(headers.warning).toBe('299 - "v1 ComponentStatus is deprecated in v1.19+"');
  expect(body).toMatchObject({ kind: 'ComponentStatusList', apiVersion: 'v1', metadata: {} });
  expect(body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual([
    'controller-manager',
    'scheduler',
    'etcd-0',
  ]);
});

test('one by its name', async () => {
  expect((await server.call('GET', `${PATH}/etcd-0`)).body).toEqual({
    kind: 'ComponentStatus',
    apiVersion: 'v1',
    metadata: { name: 'etcd-0' },
    conditions: [{ type: 'Healthy', status: 'True', message: 'ok' }],
  });
  expect(await server.call('GET', `${PATH}/nobody`)).toMatchObject({ code: 500, body: { message: 'Component not found: nobody' } });
});

test('as people see them', async () => {
  const { body } = await server.call('GET', `${PATH}?fieldSelector=metadata.name%3Detcd-0`, { headers: TABLE });
  expect(body.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual(['Name', 'Status', 'Message', 'Error']);
  expect(body.rows.map(({ cells }: { cells: unknown[] }) => cells)).toEqual([['etcd-0', 'Healthy', 'ok', '']]);
});

test.each(['POST', 'DELETE'])('%s is no verb of theirs', async (method) => {
  expect((await server.call(method, PATH, { body: {} })).code).toBe(405);
  expect((await server.call('GET', `${PATH}?watch=true`)).code).toBe(405);
});
