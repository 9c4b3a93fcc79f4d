import { Worker } from 'node:worker_threads';
import { CompactedError, FutureRevisionError } from '../storage.ts';
import type { Started, StorageAnswer, StorageRequest } from './messages.ts';
import { STORAGE_ROLE } from './worker.ts';

interface Waiting {
  resolve(value: never): void;
  reject(error: Error): void;
}

/** The storage thread seen from the outside: ask, and await the answer. Answers come in the order of the questions. */
export class StorageThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #started: Promise<Started>;
  #next = 1;
  #failure: Error | undefined;

  /** `onFailure` hears once that the thread is gone without having been closed. */
  constructor(path: string, onFailure: (error: Error) => void) {
    this.#worker = new Worker(entryFile(), { workerData: { role: STORAGE_ROLE, path }, name: 'storage' });
    this.#started = new Promise((resolve, reject) => {
      this.#worker.once('message', (started: Started) => {
        resolve(started);
        this.#worker.on('message', (answer: StorageAnswer) => this.#settle(answer));
      });
      this.#worker.once('error', (error) => {
        reject(error);
        this.#fail(new Error('storage thread failed', { cause: error }));
        onFailure(error);
      });
      this.#worker.once('exit', () => this.#fail(new Error('storage thread is gone')));
    });
  }

  started(): Promise<Started> {
    return this.#started;
  }

  /** Set once nothing can be asked any more. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  ask<R>(request: StorageRequest, transfer: ArrayBuffer[] = []): Promise<R> {
    if (this.#failure) return Promise.reject(this.#failure);
    const id = this.#next++;
    return new Promise<R>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#worker.postMessage({ ...request, id }, transfer);
    });
  }

  async close(): Promise<void> {
    if (!this.#failure) await this.ask({ op: 'close' });
    await this.#worker.terminate();
  }

  #settle(answer: StorageAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('ok' in answer) waiting?.resolve(answer.ok as never);
    else if ('compacted' in answer) waiting?.reject(new CompactedError(answer.compacted));
    else if ('future' in answer) waiting?.reject(new FutureRevisionError(answer.future));
    else waiting?.reject(new Error(answer.error));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const waiting of this.#waiting.values()) waiting.reject(this.#failure);
    this.#waiting.clear();
  }
}

/**
 * From source the thread has a file of its own. In the bundle it starts from the small entry beside the components,
 * which asks `isStorageWorker()` before it does anything else.
 */
function entryFile(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './worker-main.ts' : './slipway-node.mjs', import.meta.url);
}
