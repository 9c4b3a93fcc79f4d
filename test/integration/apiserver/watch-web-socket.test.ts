import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const open = (path: string, protocols: string[] = [], headers: Record<string, string> = { authorization: `Bearer ${server.token}` }) =>
  new WebSocket(`${server.url.replace('https', 'wss')}${path}`, protocols, { ca: server.ca, headers });

/** What the first messages say, as `TYPE name`. */
async function told(socket: WebSocket, count: number): Promise<string[]> {
  const seen: string[] = [];
  const enough = Promise.withResolvers<void>();
  socket.on('message', (data, binary) => {
    const { type, object } = JSON.parse(String(data));
    seen.push(`${type} ${object.metadata?.name ?? object.message}${binary ? ' binary' : ''}`);
    if (seen.length === count) enough.resolve();
  });
  await enough.promise;
  return seen;
}

const create = (name: string) => server.call('POST', CONFIG_MAPS, { body: { metadata: { name } } });

test('each change is a message, until the reader closes', async () => {
  await create('one');
  const socket = open(`${CONFIG_MAPS}?watch=true`);
  const messages = told(socket, 3);
  await once(socket, 'open');
  await create('two');
  await server.call('DELETE', `${CONFIG_MAPS}/one`);
  expect(await messages).toEqual(['ADDED one', 'ADDED two', 'DELETED one']);
  socket.close();
  await once(socket, 'close');
});

test('a browser says who it is among its protocols; the first of the others is agreed to', async () => {
  const bearer = `base64url.bearer.authorization.k8s.io.${Buffer.from(server.token).toString('base64url')}`;
  const socket = open(`${CONFIG_MAPS}?watch=1&fieldSelector=metadata.name%3Dtwo`, [bearer, 'base64.binary.k8s.io'], {});
  expect(await told(socket, 1)).toEqual(['ADDED two']);
  expect(socket.protocol).toBe('base64.binary.k8s.io');
  socket.close();
  await once(socket, 'close');
});

test('the server closes when the time is up', async () => {
  const socket = open(`${CONFIG_MAPS}?watch=1&timeoutSeconds=1`);
  expect((await once(socket, 'close'))[0]).toBe(1000);
});

test.each([
  { path: `${CONFIG_MAPS}?watch=1&resourceVersion=x`, code: 500 },
  { path: `${CONFIG_MAPS}`, code: 404 },
  { path: '/api/v1/namespaces/default/nothings?watch=1', code: 404 },
])('$path is refused before it begins: $code', async ({ path, code }) => {
  const [error] = await once(open(path), 'error');
  expect(error.message).toBe(`Unexpected server response: ${code}`);
});

test('who does not say who they are is told so', async () => {
  const [error] = await once(open(`${CONFIG_MAPS}?watch=1`, [], {}), 'error');
  expect(error.message).toBe('Unexpected server response: 401');
});
