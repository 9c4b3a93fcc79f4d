import type { ClientHttp2Session, ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2';
import { connect as connectHttp2, constants } from 'node:http2';
import { connect as connectSocket } from 'node:net';

/** The gRPC status codes that somebody here asks about. */
export const grpcCode = { CANCELLED: 1, UNKNOWN: 2, DEADLINE_EXCEEDED: 4, NOT_FOUND: 5, UNIMPLEMENTED: 12, UNAVAILABLE: 14 } as const;

/** A call that did not succeed. */
export class GrpcError extends Error {
  override readonly name: string = 'GrpcError';
  readonly code: number;

  constructor(message: string, code: number, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

export interface CallSettings {
  signal?: AbortSignal | undefined;
  /** Milliseconds. */
  timeout?: number | undefined;
}

const PREFIX = 5;
const WINDOW = 1 << 20;

/**
 * A gRPC client of one plain-text server: unary calls and server streams over one HTTP/2 connection, opened by the
 * first call and again by the first after it broke. All of gRPC that a container runtime needs, at a tenth of the
 * memory of a complete implementation.
 */
export class GrpcChannel implements Disposable {
  readonly #authority: string;
  readonly #socketPath: string | undefined;
  readonly #userAgent: string;
  #session: ClientHttp2Session | undefined;
  #closed = false;

  /** `target`: the path of a unix socket, or `host:port`. */
  constructor(target: string, userAgent: string) {
    this.#socketPath = target.startsWith('/') ? target : undefined;
    this.#authority = this.#socketPath ? 'localhost' : target;
    this.#userAgent = userAgent;
  }

  /** One request, one answer. */
  async unary(path: string, message: Uint8Array, settings: CallSettings = {}): Promise<Buffer> {
    let answer: Buffer | undefined;
    for await (const part of this.stream(path, message, settings)) answer = part;
    if (answer) return answer;
    throw new GrpcError('the server ended the call without an answer', grpcCode.UNKNOWN);
  }

  /** The messages of an answer; throws {@link GrpcError} when the call fails. */
  async *stream(path: string, message: Uint8Array, { signal, timeout }: CallSettings = {}): AsyncGenerator<Buffer> {
    signal?.throwIfAborted();
    const stream = this.#open(path, timeout);
    const call = new Call(stream, timeout);
    const onAbort = () => stream.close(constants.NGHTTP2_CANCEL);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      stream.end(framed(message));
      let rest: Buffer = Buffer.alloc(0);
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
        for (let size = sizeOf(rest); size !== undefined; size = sizeOf(rest)) {
          yield rest.subarray(PREFIX, PREFIX + size);
          rest = rest.subarray(PREFIX + size);
        }
      }
      call.check();
    } catch (error) {
      signal?.throwIfAborted();
      throw call.explain(error);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      call.end();
    }
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#session?.destroy();
  }

  #open(path: string, timeout: number | undefined): ClientHttp2Stream {
    const deadline = timeout === undefined ? {} : { 'grpc-timeout': `${Math.ceil(timeout)}m` };
    return this.#connected().request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': this.#userAgent,
      ...deadline,
    });
  }

  #connected(): ClientHttp2Session {
    if (this.#closed) throw new GrpcError('the connection is closed', grpcCode.CANCELLED);
    const present = this.#session;
    if (present && !present.closed && !present.destroyed) return present;
    const path = this.#socketPath;
    const session = connectHttp2(`http://${this.#authority}`, {
      settings: { enablePush: false, initialWindowSize: WINDOW },
      ...(path ? { createConnection: () => connectSocket(path) } : {}),
    });
    session.once('connect', () => session.setLocalWindowSize(WINDOW));
    session.on('error', () => {}); // Every stream hears of it, and whoever waits for one.
    session.on('goaway', () => session.close());
    this.#session = session;
    return session;
  }
}

/** What becomes of one call. */
class Call {
  readonly #stream: ClientHttp2Stream;
  readonly #timer: NodeJS.Timeout | undefined;
  #late = false;
  #status: { code: number; message: string } | undefined;

  constructor(stream: ClientHttp2Stream, timeout: number | undefined) {
    this.#stream = stream;
    stream.on('response', (headers) => this.#take(headers));
    stream.on('trailers', (headers) => this.#take(headers));
    if (timeout !== undefined) this.#timer = setTimeout(() => this.#expire(), timeout);
  }

  /** Throws unless the server said that all went well. */
  check(): void {
    if (this.#status?.code === 0) return;
    throw new GrpcError(this.#status?.message ?? 'the connection ended', this.#status?.code ?? grpcCode.UNAVAILABLE);
  }

  explain(error: unknown): GrpcError {
    if (this.#late) return new GrpcError('context deadline exceeded', grpcCode.DEADLINE_EXCEEDED, error);
    if (error instanceof GrpcError) return error;
    if (this.#status && this.#status.code !== 0) return new GrpcError(this.#status.message, this.#status.code, error);
    return new GrpcError(error instanceof Error ? error.message : String(error), grpcCode.UNAVAILABLE, error);
  }

  end(): void {
    clearTimeout(this.#timer);
    if (!this.#stream.closed) this.#stream.close(constants.NGHTTP2_CANCEL);
    this.#stream.on('error', () => {});
  }

  #take(headers: IncomingHttpHeaders): void {
    const status = headers['grpc-status'];
    if (status === undefined) return;
    this.#status = { code: Number(status), message: decodeURIComponentSafely(String(headers['grpc-message'] ?? '')) };
  }

  #expire(): void {
    this.#late = true;
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }
}

function framed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The size of the first message of `data`, if it is there completely. */
function sizeOf(data: Buffer): number | undefined {
  if (data.length < PREFIX) return undefined;
  const size = data.readUInt32BE(1);
  return data.length >= PREFIX + size ? size : undefined;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
