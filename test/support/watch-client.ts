import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import type { KubeObject, WatchEvent } from '../../src/kubernetes/machinery/meta.ts';
import type { TestApiServer } from './api-server.ts';

/** Follows a resource over HTTP/2 and hands out its events one by one. */
export class WatchClient implements AsyncDisposable {
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  readonly #events: WatchEvent[] = [];
  readonly #waiting: ((event: WatchEvent | undefined) => void)[] = [];
  readonly #closed = Promise.withResolvers<void>();
  #rest = '';
  #ended = false;

  private constructor(session: ClientHttp2Session, stream: ClientHttp2Stream) {
    this.#session = session;
    this.#stream = stream;
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => this.#onText(text));
    stream.on('error', () => {});
    stream.on('close', () => {
      this.#ended = true;
      for (const resolve of this.#waiting.splice(0)) resolve(undefined);
      this.#closed.resolve();
    });
  }

  /** Resolves when the server has answered; a refusal throws its body. */
  static async open(server: TestApiServer, path: string, headers: Record<string, string> = {}): Promise<WatchClient> {
    const session = connect(server.url, { ca: server.ca });
    const stream = session.request({ ':path': path, authorization: `Bearer ${server.token}`, ...headers });
    const client = new WatchClient(session, stream);
    const status = await new Promise<number>((resolve, reject) => {
      stream.once('response', (response) => resolve(response[':status'] as number));
      stream.once('error', reject);
    });
    if (status !== 200) {
      await client.ended;
      session.close();
      throw new Error(client.#rest);
    }
    return client;
  }

  /** Resolves when the server has ended the watch. */
  get ended(): Promise<void> {
    return this.#closed.promise;
  }

  /** The next event; undefined when the watch is over. */
  next(): Promise<WatchEvent | undefined> {
    const event = this.#events.shift();
    if (event || this.#ended) return Promise.resolve(event);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** The next `count` events, as `TYPE name`. */
  async take(count: number): Promise<string[]> {
    const taken: string[] = [];
    while (taken.length < count) {
      const event = await this.next();
      if (!event) break;
      taken.push(`${event.type} ${event.object.metadata.name ?? ''}`.trim());
    }
    return taken;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.close();
    this.#session.close();
    await this.#closed.promise;
  }

  #onText(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = JSON.parse(line) as WatchEvent<KubeObject>;
      const resolve = this.#waiting.shift();
      if (resolve) resolve(event);
      else this.#events.push(event);
    }
  }
}
