import { createSocket } from 'node:dgram';
import { connect as connectTcp } from 'node:net';

export type Transport = 'udp' | 'tcp';

/** A name server that other names are asked of. */
export interface Upstream {
  address: string;
  port: number;
}

/** Sends the bytes of a query and resolves with those of the answer; rejects when there is none in time. */
export function exchange(upstream: Upstream, query: Buffer, transport: Transport, timeout: number): Promise<Buffer> {
  return transport === 'udp' ? overUdp(upstream, query, timeout) : overTcp(upstream, query, timeout);
}

/** A socket of its own for every query: its port is as hard to guess as the id. */
function overUdp({ address, port }: Upstream, query: Buffer, timeout: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const timer = setTimeout(() => reject(new Error(`no answer from ${address}`)), timeout);
  socket.on('error', reject);
  socket.on('message', (answer) => {
    if (answer.length >= 12 && answer.readUInt16BE(0) === query.readUInt16BE(0)) resolve(answer);
  });
  // Connected, so that only that server's packets arrive, and its refusal does as an error.
  socket.connect(port, address, () => socket.send(query));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}

function overTcp({ address, port }: Upstream, query: Buffer, timeout: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const socket = connectTcp(port, address);
  const frames = new FrameReader();
  socket.setTimeout(timeout, () => reject(new Error(`no answer from ${address}`)));
  socket.on('error', reject);
  socket.on('close', () => reject(new Error(`${address} closed the connection`)));
  socket.on('data', (chunk: Buffer) => {
    for (const frame of frames.read(chunk)) resolve(frame);
  });
  socket.write(frameOf(query));
  return promise.finally(() => socket.destroy());
}

/** A message as it goes over TCP: with its length before it. */
export function frameOf(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

/** Cuts a stream into the messages in it. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that `chunk` completes. */
  read(chunk: Buffer): Buffer[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    while (this.#rest.length >= 2) {
      const end = 2 + this.#rest.readUInt16BE(0);
      if (this.#rest.length < end) break;
      frames.push(this.#rest.subarray(2, end));
      this.#rest = this.#rest.subarray(end);
    }
    return frames;
  }
}
