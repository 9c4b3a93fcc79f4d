import { connect, type TLSSocket } from 'node:tls';

const NEWLINE = 10;

/** A watch that only counts: one event is one line that begins with a brace. */
export class Follower {
  readonly #socket: TLSSocket;
  #events = 0;
  #wanted = Number.POSITIVE_INFINITY;
  #resolve: (() => void) | undefined;

  private constructor(socket: TLSSocket) {
    this.#socket = socket;
    let afterHead = false;
    socket.on('data', (chunk: Buffer) => {
      if (!afterHead) afterHead = chunk.includes('\r\n\r\n');
      else this.#count(chunk);
    });
  }

  /** Resolves when the watch has begun. */
  static async open(port: number, ca: string, token: string, path: string): Promise<Follower> {
    const socket = connect({ host: '127.0.0.1', port, ca, ALPNProtocols: ['http/1.1'] });
    await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
    const follower = new Follower(socket);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${token}\r\nAccept: application/json\r\n\r\n`);
    await new Promise((resolve) => socket.once('data', resolve));
    return follower;
  }

  /** Resolves when `count` events have come. */
  seen(count: number): Promise<void> {
    this.#wanted = count;
    return new Promise((resolve) => {
      this.#resolve = resolve;
      if (this.#events >= count) resolve();
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #count(chunk: Buffer): void {
    // Events end with `}\n`; the newlines of chunked encoding come after a carriage return.
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) if (chunk[at - 1] === 0x7d) this.#events++;
    if (this.#events >= this.#wanted) this.#resolve?.();
  }
}
