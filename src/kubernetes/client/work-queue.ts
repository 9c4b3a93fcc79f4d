import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';

/** As client-go's controllers: 5 ms doubling to about 17 minutes. */
const DEFAULT_BACKOFF = { base: 5, max: 1_000_000 };

/** Longer timers overflow and run at once; a key that comes earlier than asked finds nothing to do and waits again. */
const MAX_TIMER = 2 ** 31 - 1;

/**
 * Keys waiting for work. A key is in it at most once; one that is added while it is being worked on comes again
 * when that work is done, so no key is ever worked on twice at a time.
 */
export class WorkQueue<K> implements Disposable {
  readonly #clock: Clock;
  readonly #backoff: Backoff<K>;
  readonly #waiting = new Set<K>();
  readonly #working = new Set<K>();
  readonly #again = new Set<K>();
  readonly #delayed = new Map<K, { at: number; timer: Disposable }>();
  readonly #takers: ((key: K | undefined) => void)[] = [];
  #closed = false;

  constructor(clock: Clock, backoff = DEFAULT_BACKOFF) {
    this.#clock = clock;
    this.#backoff = new Backoff(backoff);
  }

  /** Keys ready to be taken. */
  get length(): number {
    return this.#waiting.size;
  }

  /** True when nothing waits, is delayed or is being worked on. */
  get idle(): boolean {
    return this.#waiting.size === 0 && this.#working.size === 0 && this.#delayed.size === 0;
  }

  add(key: K): void {
    if (this.#closed) return;
    if (this.#working.has(key)) {
      this.#again.add(key);
      return;
    }
    const taker = this.#waiting.has(key) ? undefined : this.#takers.shift();
    if (!taker) {
      this.#waiting.add(key);
      return;
    }
    this.#working.add(key);
    taker(key);
  }

  /** Adds `key` in `ms` milliseconds, or sooner where it is already due sooner. */
  addAfter(key: K, ms: number): void {
    if (this.#closed) return;
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const delay = Math.min(ms, MAX_TIMER);
    const at = this.#clock.now() + delay;
    const present = this.#delayed.get(key);
    if (present && present.at <= at) return;
    present?.timer[Symbol.dispose]();
    const timer = this.#clock.after(delay, () => {
      this.#delayed.delete(key);
      this.add(key);
    });
    this.#delayed.set(key, { at, timer });
  }

  /** Adds `key` after a delay that grows with every call until {@link forget}. */
  retry(key: K): void {
    this.addAfter(key, this.#backoff.next(key));
  }

  /** How often `key` was retried since it last succeeded. */
  retries(key: K): number {
    return this.#backoff.failures(key);
  }

  forget(key: K): void {
    this.#backoff.forget(key);
  }

  /** The next key, which is being worked on until {@link done}; undefined when the queue is closed. */
  take(): Promise<K | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    for (const key of this.#waiting) {
      this.#waiting.delete(key);
      this.#working.add(key);
      return Promise.resolve(key);
    }
    return new Promise((resolve) => this.#takers.push(resolve));
  }

  done(key: K): void {
    this.#working.delete(key);
    if (this.#again.delete(key)) this.add(key);
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    for (const { timer } of this.#delayed.values()) timer[Symbol.dispose]();
    this.#delayed.clear();
    this.#waiting.clear();
    for (const taker of this.#takers.splice(0)) taker(undefined);
  }
}
