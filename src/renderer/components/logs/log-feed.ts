import type { Client, OpenStream } from '../../../ipc/client.ts';
import { isUnreachable } from '../../../ipc/errors.ts';
import type { LogRequest, logsIpc } from '../../../ipc/pod-streams.ts';
import { LogBuffer } from './log-buffer.ts';

export type FeedState = 'connecting' | 'open' | 'ended' | 'lost';

interface FeedOptions {
  follow: Client<typeof logsIpc>['follow'];
  /** Soon, once for many lines. */
  schedule(notify: () => void): void;
  later(retry: () => void): Disposable;
}

/** Lines kept in the window; older ones are in the download. */
const LOG_LIMIT = 200_000;
const TAIL = 10_000;

/** One followed log: fills a buffer, goes on where it stopped after a lost connection, and tells when to redraw. */
export class LogFeed {
  readonly buffer = new LogBuffer(LOG_LIMIT);
  readonly #request: LogRequest;
  readonly #options: FeedOptions;
  readonly #listeners = new Set<() => void>();
  #stream: OpenStream<never> | undefined;
  #retry: Disposable | undefined;
  #version = 0;
  #pending = false;
  #closed = false;
  #resumeAfter: string | undefined;
  state: FeedState = 'connecting';
  error: Error | undefined;

  constructor(request: LogRequest, options: FeedOptions) {
    this.#request = request;
    this.#options = options;
  }

  readonly getVersion = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Begins, or goes on after {@link close}. */
  open(): void {
    this.#closed = false;
    this.#open();
  }

  /** Empties the view; what comes later is shown. */
  clear(): void {
    this.#resumeAfter = this.buffer.lastTime;
    this.buffer.clear();
    this.#notice();
  }

  close(): void {
    this.#closed = true;
    this.#stream?.close();
    this.#retry?.[Symbol.dispose]();
  }

  #open(): void {
    this.#resumeAfter = this.buffer.lastTime;
    this.state = 'connecting';
    const from = this.#resumeAfter ? { sinceTime: this.#resumeAfter } : { tailLines: TAIL };
    this.#stream = this.#options.follow(
      { ...this.#request, ...from },
      {
        item: ({ lines }) => {
          this.state = 'open';
          this.error = undefined;
          this.buffer.push(this.#fresh(lines));
          this.#notice();
        },
        end: (error) => this.#ended(error),
      },
    );
  }

  /** Whether the log is asked for again after what ended it. A run before the last one that is not there never will be. */
  get retries(): boolean {
    return this.error !== undefined && (isUnreachable(this.error) || !this.#request.previous);
  }

  /** `sinceTime` counts whole seconds, so the first lines after a resumption were seen before. */
  #fresh(lines: readonly string[]): readonly string[] {
    const after = this.#resumeAfter;
    if (!after) return lines;
    const first = lines.findIndex((line) => line.slice(0, line.indexOf(' ')) > after);
    if (first < 0) return [];
    this.#resumeAfter = undefined;
    return lines.slice(first);
  }

  #ended(error?: Error): void {
    this.error = error;
    this.state = error ? 'lost' : 'ended';
    this.#notice();
    // A container that is not there yet, or a server that is away: worth asking again. A finished log is not.
    if (this.retries && !this.#closed) this.#retry = this.#options.later(() => this.#open());
  }

  #notice(): void {
    if (this.#pending) return;
    this.#pending = true;
    this.#options.schedule(() => {
      this.#pending = false;
      this.#version += 1;
      for (const listener of [...this.#listeners]) listener();
    });
  }
}
