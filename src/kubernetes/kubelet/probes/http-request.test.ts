import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { httpRequest } from './http-request.ts';

test.each([
  { name: 'as it should', end: '\r\n' },
  { name: 'with bare line feeds', end: '\n' },
])('a server that answers $name is understood', async ({ end }) => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(['HTTP/1.1 200 OK', 'Content-Type: text/plain', '', 'well'].join(end)));
  }).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await httpRequest(url, [], 'test', AbortSignal.timeout(5_000))).toMatchObject({ status: 200, body: 'well' });
  } finally {
    server.close();
  }
});
