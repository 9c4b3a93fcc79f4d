import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from 'node:http2';
import { connect as connectHttp2 } from 'node:http2';
import type { Clock } from '../../base/clock.ts';
import type { ClientConfig } from './client-config.ts';
import { tlsOptions } from './credentials.ts';

const CONNECT_TIMEOUT = 10_000;
const PING_INTERVAL = 30_000;
const PING_TIMEOUT = 15_000;
/** Lists are megabytes: the protocol's 64 KB windows would cost a round trip for each. */
const STREAM_WINDOW = 1 << 20;
const CONNECTION_WINDOW = 4 << 20;
/** What may wait to be read or sent; Node's own limit of ten is a list or two. */
const SESSION_MEGABYTES = 1024;

/**
 * The one HTTP/2 connection to a server. It is opened by the first request and again by the first one after it
 * broke; many requests and watches share it.
 */
export class Session implements Disposable {
  readonly #config: ClientConfig;
  readonly #clock: Clock;
  #http2: ClientHttp2Session | undefined;
  #keepAlive: Disposable | undefined;
  #closed = false;

  constructor(config: ClientConfig, clock: Clock) {
    this.#config = config;
    this.#clock = clock;
  }

  /** Opens a stream, on a new connection where the old one is gone. */
  request(headers: OutgoingHttpHeaders, endStream: boolean): ClientHttp2Stream {
    return this.#connected().request(headers, { endStream });
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#http2?.destroy();
    this.#forget();
  }

  #connected(): ClientHttp2Session {
    if (this.#closed) throw new Error('the API client is closed');
    if (this.#http2 && !this.#http2.closed && !this.#http2.destroyed) return this.#http2;
    return this.#open();
  }

  #open(): ClientHttp2Session {
    const session = connectHttp2(this.#config.server, {
      ...tlsOptions(this.#config),
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW },
      maxSessionMemory: SESSION_MEGABYTES,
    });
    this.#http2 = session;
    const timer = this.#clock.after(CONNECT_TIMEOUT, () => session.destroy(new Error(`no connection to ${this.#config.server} in time`)));
    session.once('connect', () => {
      timer[Symbol.dispose]();
      session.setLocalWindowSize(CONNECTION_WINDOW);
      this.#watchOver(session);
    });
    // Streams carry the error to whoever waits; without this listener it would end the process.
    session.on('error', () => {});
    // After GOAWAY running streams may finish, new ones need a new connection.
    session.once('goaway', () => this.#forget(session));
    session.once('close', () => {
      timer[Symbol.dispose]();
      this.#forget(session);
    });
    return session;
  }

  #forget(session = this.#http2): void {
    if (session !== this.#http2) return;
    this.#http2 = undefined;
    this.#keepAlive?.[Symbol.dispose]();
    this.#keepAlive = undefined;
  }

  /** Pings now and then, so that a server that died without a word is noticed. */
  #watchOver(session: ClientHttp2Session): void {
    if (session !== this.#http2) return;
    this.#keepAlive = this.#clock.after(PING_INTERVAL, () => {
      const giveUp = this.#clock.after(PING_TIMEOUT, () => session.destroy(new Error(`${this.#config.server} stopped answering`)));
      this.#keepAlive = giveUp;
      session.ping(() => {
        giveUp[Symbol.dispose]();
        if (!session.destroyed) this.#watchOver(session);
      });
    });
  }
}

/** True where the server certainly did not start on the request, so that sending it again is safe for every method. */
export function neverStarted(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_HTTP2_GOAWAY_SESSION' || code === 'ERR_HTTP2_INVALID_SESSION') return true;
  return code === 'ERR_HTTP2_STREAM_ERROR' && message.includes('NGHTTP2_REFUSED_STREAM');
}
