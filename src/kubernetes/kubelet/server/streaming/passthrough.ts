import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { upgradeToRuntime } from './runtime-upgrade.ts';

const HOP_HEADERS = new Set(['host', 'connection', 'authorization', 'content-length', 'transfer-encoding', 'origin']);

/** SPDY and the WebSocket protocols that the runtime itself speaks: both connections are joined as they are. */
export async function passThrough(url: string, request: IncomingMessage, client: Duplex, head: Buffer): Promise<void> {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_HEADERS.has(name)));
  const { socket, head: early, response } = await upgradeToRuntime(url, request.method ?? 'POST', headers);
  const lines = [`HTTP/1.1 ${response.statusCode} ${response.statusMessage ?? ''}`];
  for (let index = 0; index + 1 < response.rawHeaders.length; index += 2)
    lines.push(`${response.rawHeaders[index]}: ${response.rawHeaders[index + 1]}`);
  client.write(`${lines.join('\r\n')}\r\n\r\n`);
  if (early.length > 0) client.write(early);
  if (head.length > 0) socket.write(head);
  joinSockets(client, socket);
}

export function joinSockets(a: Duplex, b: Duplex): void {
  const end = () => {
    a.destroy();
    b.destroy();
  };
  for (const socket of [a, b]) {
    socket.on('error', end);
    socket.once('close', end);
  }
  a.pipe(b);
  b.pipe(a);
}
