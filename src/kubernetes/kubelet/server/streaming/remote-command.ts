import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { runtimeStreams } from './runtime-streams.ts';

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const;
const CLOSE = 255;
const HIGH_WATER = 1 << 20;
const NORMAL_CLOSURE = 1000;

export interface StreamSet {
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
  tty: boolean;
}

/**
 * Bridges a client's WebSocket (v4 or v5.channel.k8s.io: the first byte of a message is the channel) to the runtime.
 * v5 clients can end stdin alone, with a close message for its channel.
 */
export async function serveRemoteCommand(socket: WebSocket, url: string, wanted: StreamSet): Promise<void> {
  const early: [RawData, boolean][] = [];
  const keepEarly = (data: RawData, binary: boolean) => early.push([data, binary]);
  socket.on('message', keepEarly);
  const streams = await runtimeStreams(url, wanted);
  socket.off('message', keepEarly);

  const receive = (data: RawData) => handleMessage(toBuffer(data), streams);
  socket.on('message', receive);
  for (const [data] of early) receive(data);
  socket.once('close', () => streams.close());
  socket.once('error', () => streams.close());

  const outputs = [forward(streams.stdout, CHANNEL.stdout, socket), forward(streams.stderr, CHANNEL.stderr, socket)];
  await Promise.all([...outputs, forward(streams.error, CHANNEL.error, socket)]);
  streams.close();
  socket.close(NORMAL_CLOSURE);
}

type Inputs = Partial<Pick<Awaited<ReturnType<typeof runtimeStreams>>, 'stdin' | 'resize'>>;

function handleMessage(message: Buffer, { stdin, resize }: Inputs): void {
  const channel = message[0];
  const payload = message.subarray(1);
  if (channel === CLOSE && payload[0] === CHANNEL.stdin) stdin?.end();
  else if (channel === CHANNEL.stdin && payload.length > 0 && !stdin?.writableEnded) stdin?.write(payload);
  else if (channel === CHANNEL.resize && payload.length > 0) resize?.write(payload);
}

/** Sends what a stream brings, until it ends; a slow client holds the stream back. */
async function forward(stream: Duplex | undefined, channel: number, socket: WebSocket): Promise<void> {
  if (!stream) return;
  const prefix = Buffer.from([channel]);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (socket.readyState !== socket.OPEN) return;
      const sent = new Promise<void>((resolve) => socket.send(Buffer.concat([prefix, chunk]), { binary: true }, () => resolve()));
      if (socket.bufferedAmount > HIGH_WATER) await sent;
    }
  } catch {
    // The runtime's connection broke: the session is over, as its other streams show.
  }
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
