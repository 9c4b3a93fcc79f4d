import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Log } from '../../base/log.ts';
import type { Resolver } from './resolver.ts';
import { FrameReader, frameOf } from './upstream.ts';

const IDLE = 10_000;

/** DNS over UDP and TCP on one port. */
export class DnsServer implements AsyncDisposable {
  readonly #resolver: Resolver;
  readonly #log: Log;
  readonly #udp: UdpSocket = createSocket('udp4');
  readonly #tcp: Server;
  readonly #connections = new Set<Socket>();

  constructor(resolver: Resolver, log: Log) {
    this.#resolver = resolver;
    this.#log = log;
    this.#tcp = createServer((socket) => this.#serve(socket));
    this.#udp.on('message', (message, from) => {
      void this.#answer(message, 'udp').then((answer) => answer && this.#udp.send(answer, from.port, from.address));
    });
  }

  /** Resolves with the port once both listen; 0 lets the system choose one. */
  async listen(port: number, address: string): Promise<number> {
    this.#tcp.listen(port, address);
    await once(this.#tcp, 'listening');
    const chosen = (this.#tcp.address() as AddressInfo).port;
    this.#udp.bind(chosen, address);
    await once(this.#udp, 'listening');
    // A failed send (a client that is gone) is nobody's problem but the client's.
    this.#udp.on('error', (error) => this.#log.debug({ err: error }, 'sending an answer failed'));
    return chosen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    await Promise.all([
      new Promise<void>((resolve) => this.#udp.close(resolve)),
      new Promise<void>((resolve) => this.#tcp.close(() => resolve())),
    ]);
  }

  #serve(socket: Socket): void {
    const frames = new FrameReader();
    this.#connections.add(socket);
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(IDLE, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      for (const message of frames.read(chunk)) {
        void this.#answer(message, 'tcp').then((answer) => answer && socket.write(frameOf(answer)));
      }
    });
  }

  async #answer(message: Buffer, transport: 'udp' | 'tcp'): Promise<Buffer | undefined> {
    try {
      return await this.#resolver.resolve(message, transport);
    } catch (error) {
      this.#log.error({ err: error }, 'answering a query failed');
      return undefined;
    }
  }
}
