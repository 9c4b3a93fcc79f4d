import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ClusterService } from '../ipc/cluster.ts';
import { startWebHost, type WebHost } from './web-host.ts';

const noClusters = { list: async () => [], engine: async () => ({ available: true, version: '1' }) } as unknown as ClusterService;

let folder: string;
let stop: AbortController;
let host: WebHost;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-web-'));
  await writeFile(join(folder, 'index.html'), '<title>Slipway</title>');
  stop = new AbortController();
  host = await startWebHost({ clusters: noClusters, signal: stop.signal, rendererDir: folder });
});

afterEach(async () => {
  stop.abort();
  await host.closed;
  await rm(folder, { recursive: true });
});

interface Answer {
  code: number;
  headers: IncomingMessage['headers'];
  body: string;
}

function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { port } = new URL(host.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, headers }, async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      resolve({ code: response.statusCode ?? 0, headers: response.headers, body });
    });
    request.on('error', reject).end();
  });
}

async function logIn(): Promise<string> {
  const { pathname, search } = new URL(host.url);
  const answer = await get(pathname + search);
  expect(answer).toMatchObject({ code: 303, headers: { location: '/' } });
  return answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

test('the link works once and buys an HttpOnly cookie', async () => {
  const { pathname, search } = new URL(host.url);
  const first = await get(pathname + search);
  expect(first.headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Strict/);
  await expect(get(pathname + search)).resolves.toMatchObject({ code: 403 });
});

test('with the cookie the page is served, under a strict policy', async () => {
  const answer = await get('/', { cookie: await logIn() });
  expect(answer).toMatchObject({ code: 200, body: '<title>Slipway</title>' });
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
});

test.each([
  { name: 'no cookie', headers: () => ({}) },
  { name: 'a cookie nobody was given', headers: () => ({ cookie: 'slipway-session=AAAA' }) },
  { name: 'another host name (DNS rebinding)', headers: (cookie: string) => ({ cookie, host: 'evil.example' }) },
  { name: 'another site in the same browser', headers: (cookie: string) => ({ cookie, origin: 'http://evil.example' }) },
])('refuses $name', async ({ headers }) => {
  await expect(get('/', headers(await logIn()))).resolves.toMatchObject({ code: 403 });
});

test('serves nothing from outside its folder', async () => {
  const cookie = await logIn();
  for (const path of ['/../package.json', '/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd']) {
    await expect(get(path, { cookie })).resolves.toMatchObject({ code: 404 });
  }
});

function dial(headers: Record<string, string>): Promise<WebSocket> {
  const { host: address } = new URL(host.url);
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${address}/ipc`, { headers });
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
  });
}

test('the socket answers our page', async () => {
  const socket = await dial({ cookie: await logIn(), origin: new URL(host.url).origin });
  const answer = new Promise((resolve) => socket.on('message', (data) => resolve(JSON.parse(String(data)))));
  socket.send(JSON.stringify({ t: 'call', id: 1, contract: 'cluster', member: 'engine' }));
  await expect(answer).resolves.toEqual({ t: 'ok', id: 1, value: { available: true, version: '1' } });
  socket.close();
});

test.each([
  { name: 'no cookie', headers: () => ({ origin: new URL(host.url).origin }) },
  { name: 'a foreign page', headers: (cookie: string) => ({ cookie, origin: 'http://evil.example' }) },
  { name: 'no page at all', headers: (cookie: string) => ({ cookie }) },
])('the socket refuses $name', async ({ headers }) => {
  await expect(dial(headers(await logIn()) as Record<string, string>)).rejects.toThrow('403');
});

test('a port in use is said in one sentence', async () => {
  const port = Number(new URL(host.url).port);
  await expect(startWebHost({ clusters: noClusters, signal: stop.signal, port })).rejects.toThrow(`Port ${port} is in use`);
});
