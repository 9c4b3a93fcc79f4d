import type { Http2Server, Http2ServerRequest, Http2ServerResponse, ServerHttp2Session } from 'node:http2';
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { KubeObject } from '../machinery/meta.ts';
import type { ResourceType } from '../machinery/resource.ts';
import { ApiError, isNotFound } from '../machinery/status.ts';
import type { ApiConnection } from './api-client.ts';
import { connect } from './connect.ts';

const configMaps: ResourceType<KubeObject & { data?: Record<string, string> }> = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};

type Handler = (request: Http2ServerRequest, response: Http2ServerResponse, body: string) => void;

const opened: { server: Http2Server; sessions: Set<ServerHttp2Session>; client?: ApiConnection }[] = [];

async function serve(handler: Handler, port = 0) {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    handler(request, response, body);
  });
  server.on('session', (session) => sessions.add(session.once('close', () => sessions.delete(session))));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const entry = { server, sessions } as (typeof opened)[number];
  opened.push(entry);
  return { port: (server.address() as AddressInfo).port, sessions, stop: () => stop(entry) };
}

function stop({ server, sessions }: (typeof opened)[number]) {
  for (const session of sessions) session.destroy();
  return new Promise<void>((resolve) => server.close(() => resolve()));
}

function clientOf(port: number): ApiConnection {
  const client = connect({ server: `http://127.0.0.1:${port}`, token: { text: 'secret' } });
  (opened.at(-1) as (typeof opened)[number]).client = client;
  return client;
}

afterEach(async () => {
  for (const entry of opened.splice(0)) {
    entry.client?.[Symbol.dispose]();
    if (entry.server.listening) await stop(entry);
  }
});

const json = (response: Http2ServerResponse, object: unknown, status = 200) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(object));
};

test('sends the token, path and query and returns the object', async () => {
  const seen: string[] = [];
  const { port } = await serve((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    json(response, { metadata: { resourceVersion: '7' }, items: [{ metadata: { name: 'a' } }] });
  });
  const list = await clientOf(port).list(configMaps, { namespace: 'ns', labelSelector: 'a=b' });
  expect(seen).toEqual(['GET /api/v1/namespaces/ns/configmaps?labelSelector=a%3Db Bearer secret']);
  expect(list.items).toEqual([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } }]);
});

test('a Status answer becomes an ApiError', async () => {
  const { port } = await serve((_, response) => {
    json(response, { kind: 'Status', status: 'Failure', reason: 'NotFound', message: 'configmaps "x" not found', code: 404 }, 404);
  });
  const failure = await clientOf(port)
    .get(configMaps, { namespace: 'ns', name: 'x' })
    .catch((error) => error);
  expect(isNotFound(failure)).toBe(true);
  expect(failure).toMatchObject({ message: 'configmaps "x" not found', code: 404 });
});

test('writes carry kind and apiVersion, patches their content type', async () => {
  const seen: unknown[] = [];
  const { port } = await serve((request, response, body) => {
    seen.push([request.method, request.headers['content-type'], JSON.parse(body)]);
    json(response, { metadata: {} });
  });
  const client = clientOf(port);
  await client.create(configMaps, { metadata: { name: 'a', namespace: 'ns' } });
  await client.patch(configMaps, { namespace: 'ns', name: 'a' }, { data: {} }, { type: 'merge' });
  expect(seen).toEqual([
    ['POST', 'application/json', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'ns' } }],
    ['PATCH', 'application/merge-patch+json', { data: {} }],
  ]);
});

test('watch yields events across chunk borders and throws on ERROR', async () => {
  const event = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;
  const text =
    event('ADDED', { metadata: { name: 'ä' } }) + event('ERROR', { kind: 'Status', reason: 'Expired', message: 'too old', code: 410 });
  const { port } = await serve((_, response) => {
    response.writeHead(200);
    for (const byte of Buffer.from(text)) response.write(Buffer.from([byte]));
    response.end();
  });
  const names: unknown[] = [];
  const watching = (async () => {
    for await (const { object } of clientOf(port).watch(configMaps, {}, new AbortController().signal)) names.push(object.metadata.name);
  })();
  await expect(watching).rejects.toThrow(ApiError);
  expect(names).toEqual(['ä']);
});

test('a request after the server came back opens a new connection', async () => {
  const answer: Handler = (_, response) => json(response, { metadata: { name: 'a' } });
  const first = await serve(answer);
  const client = clientOf(first.port);
  await client.get(configMaps, { namespace: 'ns', name: 'a' });
  await first.stop();
  await expect(client.get(configMaps, { namespace: 'ns', name: 'a' })).rejects.toThrow();
  await serve(answer, first.port);
  expect(await client.get(configMaps, { namespace: 'ns', name: 'a' })).toMatchObject({ metadata: { name: 'a' } });
  client[Symbol.dispose]();
});

test('aborting ends a watch', async () => {
  const { port } = await serve((_, response) => {
    response.writeHead(200);
    response.write(`${JSON.stringify({ type: 'ADDED', object: { metadata: {} } })}\n`);
  });
  const controller = new AbortController();
  const watching = (async () => {
    for await (const _ of clientOf(port).watch(configMaps, {}, controller.signal)) controller.abort();
  })();
  await expect(watching).rejects.toMatchObject({ name: 'AbortError' });
});
