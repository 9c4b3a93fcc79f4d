import type { Clock } from '../../../base/clock.ts';
import type { StartError } from '../containers/errors.ts';

interface Held {
  reason: string;
  message: string;
  retryAt: number;
}

const CONFIG_RETRY = { base: 2_000, max: 30_000 };

/** Containers of one pod that could not be started: why, and when to try again. Wakes the pod in time. */
export class StartRetries implements Disposable {
  readonly #clock: Clock;
  readonly #wake: () => void;
  readonly #held = new Map<string, Held>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Set<Disposable>();

  constructor(clock: Clock, wake: () => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** Why containers wait, by name. */
  get reasons(): ReadonlyMap<string, { reason: string; message: string }> {
    return new Map([...this.#held].map(([name, { reason, message }]) => [name, { reason, message }]));
  }

  mayStart(name: string): boolean {
    return (this.#held.get(name)?.retryAt ?? 0) <= this.#clock.now();
  }

  /** `delay` is what a back-off demands; otherwise the pause grows with every failure. */
  failed(name: string, { reason, message }: StartError, delay: number | undefined): void {
    const failures = this.#failures.get(name) ?? 0;
    this.#failures.set(name, failures + 1);
    const pause = delay ?? Math.min(CONFIG_RETRY.base * 2 ** failures, CONFIG_RETRY.max);
    this.#held.set(name, { reason, message, retryAt: this.#clock.now() + pause });
    const timer = this.#clock.after(pause + 1, () => {
      this.#timers.delete(timer);
      this.#wake();
    });
    this.#timers.add(timer);
  }

  started(name: string): void {
    this.#held.delete(name);
    this.#failures.delete(name);
  }

  /** Something the pod refers to has changed: what failed for want of it may be tried at once. */
  retryConfig(): void {
    for (const held of this.#held.values()) if (held.reason === 'CreateContainerConfigError') held.retryAt = 0;
  }

  [Symbol.dispose](): void {
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#timers.clear();
  }
}
