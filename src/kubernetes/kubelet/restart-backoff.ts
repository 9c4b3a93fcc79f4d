import type { Clock } from '../../base/clock.ts';

interface Entry {
  delay: number;
  updatedAt: number;
}

/**
 * Back-off that counts from when something failed, not from when it was looked at: each failure doubles the pause, a
 * long time without one forgets it.
 */
export class RestartBackoff {
  readonly #clock: Clock;
  readonly #base: number;
  readonly #max: number;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock, options: { base: number; max: number }) {
    this.#clock = clock;
    this.#base = options.base;
    this.#max = options.max;
  }

  /** Milliseconds that `key`, which failed at `failedAt`, still has to wait; 0 when it may go on. */
  remaining(key: string, failedAt: number): number {
    const entry = this.#entries.get(key);
    if (!entry || this.#expired(entry, failedAt)) return 0;
    return Math.max(0, entry.delay - (this.#clock.now() - failedAt));
  }

  /** The whole pause of `key`, as told to users. */
  delay(key: string): number {
    return this.#entries.get(key)?.delay ?? 0;
  }

  /** `key`, which failed at `failedAt`, is tried again now: the next failure waits longer. */
  next(key: string, failedAt: number): void {
    const entry = this.#entries.get(key);
    const delay = !entry || this.#expired(entry, failedAt) ? this.#base : Math.min(entry.delay * 2, this.#max);
    this.#entries.set(key, { delay, updatedAt: this.#clock.now() });
  }

  /** Forgets keys that begin with `prefix`. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #expired({ updatedAt }: Entry, failedAt: number): boolean {
    return failedAt - updatedAt > 2 * this.#max;
  }
}
