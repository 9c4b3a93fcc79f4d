import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';

const LENGTH = 4;

/** One HTTP/2 connection of a client that holds many watches, as client-go does. */
export class ProtobufConnection {
  readonly #session: ClientHttp2Session;
  readonly #token: string;

  constructor(port: number, ca: string, token: string) {
    this.#session = connect(`https://127.0.0.1:${port}`, { ca, settings: { initialWindowSize: 1 << 24 } });
    this.#token = token;
  }

  /** Resolves when the watch has begun. */
  async follow(path: string): Promise<ProtobufFollower> {
    const stream = this.#session.request({
      ':path': path,
      authorization: `Bearer ${this.#token}`,
      accept: 'application/vnd.kubernetes.protobuf;stream=watch,application/vnd.kubernetes.protobuf',
    });
    await new Promise((resolve, reject) => stream.once('response', resolve).once('error', reject));
    return new ProtobufFollower(stream);
  }

  close(): void {
    this.#session.destroy();
  }
}

/** A watch that only counts its length-prefixed frames. */
export class ProtobufFollower {
  readonly #stream: ClientHttp2Stream;
  #rest: Buffer = Buffer.alloc(0);
  #events = 0;
  #wanted = Number.POSITIVE_INFINITY;
  #resolve: (() => void) | undefined;

  constructor(stream: ClientHttp2Stream) {
    this.#stream = stream;
    stream.on('data', (chunk: Buffer) => this.#count(chunk));
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
    this.#stream.close();
  }

  #count(chunk: Buffer): void {
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    while (rest.length >= LENGTH && rest.length >= LENGTH + rest.readUInt32BE(0)) {
      this.#events++;
      rest = rest.subarray(LENGTH + rest.readUInt32BE(0));
    }
    this.#rest = rest;
    if (this.#events >= this.#wanted) this.#resolve?.();
  }
}
