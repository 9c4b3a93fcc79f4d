import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { CompactedError, type Storage } from '../../storage/storage.ts';

const INTERVAL_MS = 5 * 60_000;

/** Lets storage forget what is older than five to ten minutes: long enough for every page of a list. */
export class Compactor implements Disposable {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #log: Log;
  #timer: Disposable;
  #previous: number | undefined;

  constructor(storage: Storage, clock: Clock, log: Log) {
    this.#storage = storage;
    this.#clock = clock;
    this.#log = log;
    this.#timer = clock.after(INTERVAL_MS, () => void this.#run());
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  async #run(): Promise<void> {
    this.#timer = this.#clock.after(INTERVAL_MS, () => void this.#run());
    try {
      const now = await this.#storage.revision();
      const before = this.#previous;
      this.#previous = now;
      if (before !== undefined && before < now) await this.#storage.compact(before);
    } catch (error) {
      if (!(error instanceof CompactedError)) this.#log.warn({ error: describeError(error) }, 'compaction failed');
    }
  }
}
