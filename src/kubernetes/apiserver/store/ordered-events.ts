import type { Awaitable } from '../../api/define.ts';
import type { CacheEvent } from './window.ts';

/** Hands events on in the order in which they come, however long each takes to convert. */
export class OrderedEvents {
  readonly #convert: (event: CacheEvent) => Awaitable<CacheEvent>;
  readonly #listener: (event: CacheEvent) => void;
  readonly #failed: (error: unknown) => void;
  readonly #waiting: number[] = [];
  #last: Promise<void> | undefined;
  #closed = false;

  constructor(
    convert: (event: CacheEvent) => Awaitable<CacheEvent>,
    listener: (event: CacheEvent) => void,
    failed: (error: unknown) => void,
  ) {
    this.#convert = convert;
    this.#listener = listener;
    this.#failed = failed;
  }

  /** Every event up to this revision has been handed on. */
  get shown(): number {
    const [next] = this.#waiting;
    return next === undefined ? Number.MAX_SAFE_INTEGER : next - 1;
  }

  push(event: CacheEvent): void {
    const converted = this.#convert(event);
    if (!(converted instanceof Promise) && this.#waiting.length === 0) {
      this.#listener(converted);
      return;
    }
    this.#waiting.push(event.revision);
    const before = this.#last ?? Promise.resolve();
    this.#last = Promise.all([converted, before]).then(
      ([next]) => this.#handOn(next),
      (error) => this.#fail(error),
    );
  }

  close(): void {
    this.#closed = true;
  }

  #handOn(event: CacheEvent): void {
    this.#waiting.shift();
    if (!this.#closed) this.#listener(event);
  }

  #fail(error: unknown): void {
    if (this.#closed) return;
    this.close();
    this.#failed(error);
  }
}
