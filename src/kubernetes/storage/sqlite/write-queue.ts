import type { Write } from '../storage.ts';
import type { WriteOutcome } from './messages.ts';
import { packValues } from './pack.ts';
import type { StorageThread } from './thread.ts';

/** What became of one queued write. */
export interface Written {
  write: Write;
  /** The new revision, or minus one minus the present one. */
  revision: number;
  created: number;
}

interface Queued {
  write: Write;
  settle(): void;
  reject(error: Error): void;
  revision: number;
  created: number;
}

/**
 * Group commit: writes that arrive in one turn of the event loop, or while an earlier batch is on its way to disk,
 * go together and share one sync. `onWritten` sees every batch before its writers hear about it.
 */
export class WriteQueue {
  readonly #thread: StorageThread;
  readonly #onWritten: (batch: readonly Written[]) => void;
  #queued: Queued[] = [];
  #busy = false;
  #idle: (() => void)[] = [];

  constructor(thread: StorageThread, onWritten: (batch: readonly Written[]) => void) {
    this.#thread = thread;
    this.#onWritten = onWritten;
  }

  add(write: Write): Promise<Written> {
    return new Promise((resolve, reject) => {
      const queued: Queued = { write, settle: () => resolve(queued), reject, revision: 0, created: 0 };
      this.#queued.push(queued);
      if (!this.#busy) {
        this.#busy = true;
        setImmediate(() => void this.#drain());
      }
    });
  }

  /** Resolves when everything added so far has its outcome. */
  async settled(): Promise<void> {
    if (this.#busy) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #drain(): Promise<void> {
    while (this.#queued.length > 0) {
      const batch = this.#queued;
      this.#queued = [];
      await this.#commit(batch);
    }
    this.#busy = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #commit(batch: Queued[]): Promise<void> {
    const { ends, values } = packValues(batch.map(({ write }) => write.value));
    try {
      const outcome = await this.#thread.ask<WriteOutcome>(
        {
          op: 'write',
          batch: {
            keys: batch.map(({ write }) => write.key),
            expects: batch.map(({ write }) => write.expect),
            leases: batch.map(({ write }) => write.lease ?? 0),
            ends,
            values,
          },
        },
        [values.buffer],
      );
      batch.forEach((queued, i) => {
        queued.revision = outcome.revisions[i] as number;
        queued.created = outcome.created[i] as number;
      });
      this.#onWritten(batch);
      for (const queued of batch) queued.settle();
    } catch (error) {
      for (const queued of batch) queued.reject(error as Error);
    }
  }
}
