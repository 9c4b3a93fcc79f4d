import type { Clock } from '../../../base/clock.ts';

interface Entry<T> {
  readonly value: T;
  readonly until: number;
}

/** Answers that hold for a while. Questions asked while the same one is under way share its answer. */
export class ExpiringCache<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #asked = new Map<string, Promise<T>>();
  readonly #clock: Clock;
  readonly #capacity: number;

  constructor(clock: Clock, capacity: number) {
    this.#clock = clock;
    this.#capacity = capacity;
  }

  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.until > this.#clock.now()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /** What is known, or what `ask` says; failures are not remembered. */
  async getOrAsk(key: string, ask: () => Promise<T>, ttlMs: (value: T) => number): Promise<T> {
    const known = this.get(key);
    if (known !== undefined) return known;
    const pending = this.#asked.get(key) ?? this.#ask(key, ask, ttlMs);
    return pending;
  }

  #ask(key: string, ask: () => Promise<T>, ttlMs: (value: T) => number): Promise<T> {
    const pending = ask()
      .then((value) => {
        this.#remember(key, value, ttlMs(value));
        return value;
      })
      .finally(() => this.#asked.delete(key));
    this.#asked.set(key, pending);
    return pending;
  }

  #remember(key: string, value: T, ttlMs: number): void {
    if (ttlMs <= 0) return;
    const oldest = this.#entries.size >= this.#capacity ? this.#entries.keys().next() : undefined;
    if (oldest && !oldest.done) this.#entries.delete(oldest.value);
    this.#entries.set(key, { value, until: this.#clock.now() + ttlMs });
  }
}
