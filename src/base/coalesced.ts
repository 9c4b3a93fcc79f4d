import { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';

export interface CoalescedOptions {
  clock: Clock;
  /** The work. It reads the newest state itself, so that one run answers all requests made before it. */
  task(): Promise<void>;
  /** Told of every failure; the task runs again after a growing delay. */
  onError(error: unknown): void;
  /** Milliseconds between the starts of two runs; requests within it share one run. The first request waits for nothing. */
  interval?: number;
  backoff?: { base: number; max: number };
}

/** Work that many events ask for and that runs once at a time: a request during a run means one more run after it. */
export class Coalesced implements Disposable {
  readonly #options: CoalescedOptions;
  readonly #backoff: Backoff<'task'>;
  #timer: Disposable | undefined;
  #running = false;
  #again = false;
  #closed = false;
  #lastStart = Number.NEGATIVE_INFINITY;

  constructor(options: CoalescedOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff ?? { base: 100, max: 10_000 });
  }

  /** Asks for a run that sees everything known now. */
  request(): void {
    if (this.#closed) return;
    if (this.#running) this.#again = true;
    else if (!this.#timer) this.#schedule(this.#lastStart + (this.#options.interval ?? 0) - this.#options.clock.now());
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#timer?.[Symbol.dispose]();
  }

  #schedule(delay: number): void {
    if (delay <= 0) void this.#run();
    else this.#timer = this.#options.clock.after(delay, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#timer = undefined;
    this.#running = true;
    this.#lastStart = this.#options.clock.now();
    let retryAfter: number | undefined;
    try {
      await this.#options.task();
      this.#backoff.forget('task');
    } catch (error) {
      retryAfter = this.#backoff.next('task');
      this.#options.onError(error);
    }
    this.#running = false;
    if (this.#closed) return;
    if (retryAfter !== undefined) this.#schedule(retryAfter);
    else if (this.#again) {
      this.#again = false;
      this.request();
      return;
    }
    this.#again = false;
  }
}
