import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import type { Anything } from './cluster-api.ts';

export interface WatchedEvent {
  type: string;
  object: Anything;
}

const PATIENCE = 30_000;

/** A watch on the cluster under test, whose events are taken one by one. */
export class ClusterWatch implements Disposable {
  readonly #response: IncomingMessage;
  readonly #events: WatchedEvent[] = [];
  #changed = Promise.withResolvers<void>();
  #rest = '';
  #over = false;

  private constructor(response: IncomingMessage) {
    this.#response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.on('error', () => {});
    response.on('close', () => {
      this.#over = true;
      this.#tell();
    });
  }

  static open(options: RequestOptions, url: URL): Promise<ClusterWatch> {
    url.searchParams.set('watch', '1');
    return new Promise((resolve, reject) => {
      // A connection of its own: an open watch would block the others of a pool.
      const asked = request(url, { ...options, agent: false }, (response) => {
        if (response.statusCode === 200) return resolve(new ClusterWatch(response));
        response.resume();
        reject(new Error(`watch ${url.pathname}${url.search}: ${response.statusCode}`));
      });
      asked.on('error', reject);
      asked.end();
    });
  }

  /** The next event, whatever it is. */
  async next(): Promise<WatchedEvent> {
    const timer = setTimeout(() => this[Symbol.dispose](), PATIENCE);
    try {
      while (this.#events.length === 0) {
        if (this.#over) throw new Error('the watch is over, and what was expected did not come');
        await this.#changed.promise;
      }
      return this.#events.shift()!;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The next event like this; those before it are dropped. */
  async until(like: (event: WatchedEvent) => boolean): Promise<WatchedEvent> {
    for (;;) {
      const event = await this.next();
      if (like(event)) return event;
    }
  }

  [Symbol.dispose](): void {
    this.#response.destroy();
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) if (line) this.#events.push(JSON.parse(line) as WatchedEvent);
    this.#tell();
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}
