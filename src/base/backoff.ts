/** Exponential back-off per key: `base * 2^n` milliseconds, never above `max`. */
export class Backoff<K> {
  readonly #failures = new Map<K, number>();
  readonly #base: number;
  readonly #max: number;

  constructor(options: { base: number; max: number }) {
    this.#base = options.base;
    this.#max = options.max;
  }

  /** The delay before the next try of `key`, in milliseconds; each call counts one failure more. */
  next(key: K): number {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    return Math.min(this.#base * 2 ** Math.min(failures, 30), this.#max);
  }

  failures(key: K): number {
    return this.#failures.get(key) ?? 0;
  }

  forget(key: K): void {
    this.#failures.delete(key);
  }
}
