import type { RawData, WebSocket } from 'ws';
import { upgradeToRuntime } from './runtime-upgrade.ts';

const NORMAL_CLOSURE = 1000;

/** Port-forward of newer clients: SPDY inside binary WebSocket messages. The SPDY goes to the runtime as it is. */
export async function serveTunnel(socket: WebSocket, url: string): Promise<void> {
  const early: Buffer[] = [];
  const keepEarly = (data: RawData) => early.push(data as Buffer);
  socket.on('message', keepEarly);
  const { socket: runtime, head } = await upgradeToRuntime(url, 'POST', {
    upgrade: 'SPDY/3.1',
    'x-stream-protocol-version': 'portforward.k8s.io',
    'content-length': '0',
  });
  socket.off('message', keepEarly);
  const end = () => {
    runtime.destroy();
    socket.close(NORMAL_CLOSURE);
  };
  runtime.once('close', end);
  runtime.on('error', end);
  socket.once('close', end);
  socket.once('error', end);
  for (const chunk of early) runtime.write(chunk);
  socket.on('message', (data) => {
    if (runtime.write(data as Buffer)) return;
    socket.pause();
    runtime.once('drain', () => socket.resume());
  });
  if (head.length > 0) socket.send(head);
  runtime.on('data', (chunk: Buffer) => {
    runtime.pause();
    socket.send(chunk, { binary: true }, () => runtime.resume());
  });
}
