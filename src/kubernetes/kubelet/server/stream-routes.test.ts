import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { silentLog } from '../../../base/log.ts';
import type { CriClient } from '../cri/cri-client.ts';
import type { PodLookup } from './pod-lookup.ts';
import { streamRoutes } from './stream-routes.ts';

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function serve(upgrade: (incoming: IncomingMessage, socket: Socket, head: Buffer) => void): Promise<string> {
  const server = createServer().on('upgrade', upgrade).listen(0, '127.0.0.1');
  open.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A runtime whose SPDY sessions give back every byte. */
const echoingRuntime = () =>
  serve((_incoming, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n');
    socket.pipe(socket);
  });

async function kubelet(runtime: string): Promise<string> {
  const routes = streamRoutes({
    cri: { call: async () => ({ url: `${runtime}/token` }) } as unknown as CriClient,
    lookup: { sandboxId: async () => 'sandbox' } as unknown as PodLookup,
    log: silentLog,
  });
  const route = routes.find(({ path }) => path === '/portForward');
  return serve((incoming, socket, head) => {
    const url = new URL(incoming.url ?? '/', 'http://kubelet');
    const signal = new AbortController().signal;
    void route?.upgrade?.({ method: 'GET', url, segments: ['default', 'web'], incoming, signal }, socket, head);
  });
}

/** A binary message in the client's frame, masked with zeros: the bytes stay as they are. */
const framed = (text: string) => Buffer.concat([Buffer.from([0x82, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

test('port-forward over WebSocket carries SPDY, under a name that is no proper subprotocol', async () => {
  const url = await kubelet(await echoingRuntime());
  const outgoing = request(`${url}/portForward/default/web`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      'sec-websocket-protocol': 'SPDY/3.1+portforward.k8s.io',
    },
  });
  outgoing.end();
  const [response, socket] = await once(outgoing, 'upgrade');
  expect(response.headers['sec-websocket-protocol']).toBe('SPDY/3.1+portforward.k8s.io');
  socket.write(framed('ping'));
  const [answer] = await once(socket, 'data');
  expect(answer).toEqual(Buffer.concat([Buffer.from([0x82, 4]), Buffer.from('ping')]));
  socket.destroy();
});
