import type { Clock } from '../../../base/clock.ts';
import { type Change, CompactedError } from '../storage.ts';
import type { EtcdClient, WatchStream } from './etcd-client.ts';
import { endOfPrefix, type WatchEvent, type WatchResponse } from './messages.ts';

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
/** etcd does not answer a question for progress while a watch is catching up, so it is asked again. */
const ASK_AGAIN_MS = 100;

export interface FeedOptions {
  readonly client: EtcdClient;
  readonly clock: Clock;
  readonly prefix: string;
  /** First revision of interest. */
  readonly from: number;
  readonly signal: AbortSignal;
  onChanges(changes: Change[]): void;
  /** Others' keys have changed up to here, and none of ours. */
  onProgress?(revision: number): void;
  /** It cannot go on: what comes next has been compacted away while nobody listened. */
  onEnd(error: Error): void;
}

interface Waiter {
  readonly revision: number;
  resolve(): void;
  reject(error: Error): void;
}

/** Follows all keys with a prefix, across any number of broken connections: every revision once, in order. */
export class Feed implements Disposable {
  readonly #options: FeedOptions;
  readonly #closing = new AbortController();
  readonly #waiters = new Set<Waiter>();
  #stream: WatchStream | undefined;
  #asking: Disposable | undefined;
  /** Everything up to here has been handed on. */
  #delivered: number;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#delivered = options.from - 1;
    const { signal } = options;
    signal.addEventListener('abort', () => this.#end(signal.reason), { signal: this.#closing.signal });
    void this.#run();
  }

  get delivered(): number {
    return this.#delivered;
  }

  /** Resolves when everything up to `revision` has been handed on. */
  reached(revision: number): Promise<void> {
    if (revision <= this.#delivered) return Promise.resolve();
    if (this.#closing.signal.aborted) return Promise.reject(this.#closing.signal.reason);
    return new Promise((resolve, reject) => {
      this.#waiters.add({ revision, resolve, reject });
      this.#asking ??= this.#options.clock.after(ASK_AGAIN_MS, () => this.askForProgress());
    });
  }

  /** Has etcd say how far the feed is, which it does not do by itself when other keys than ours were written. */
  askForProgress(): void {
    this.#asking?.[Symbol.dispose]();
    this.#asking = undefined;
    if (this.#waiters.size === 0 || this.#closing.signal.aborted) return;
    this.#stream?.write('progress');
    this.#asking = this.#options.clock.after(ASK_AGAIN_MS, () => this.askForProgress());
  }

  [Symbol.dispose](): void {
    this.#end(new Error('nobody listens any more'));
  }

  #end(reason: Error): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(reason);
    this.#asking?.[Symbol.dispose]();
    this.#stream?.cancel();
    for (const waiter of this.#waiters) waiter.reject(reason);
    this.#waiters.clear();
  }

  async #run(): Promise<void> {
    const { client, clock, onEnd } = this.#options;
    const { signal } = this.#closing;
    let wait = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const { worked, compactRevision } = await this.#follow(client.watch());
      if (signal.aborted) return;
      if (compactRevision > 0) {
        const error = new CompactedError(compactRevision);
        this.#end(error);
        onEnd(error);
        return;
      }
      wait = worked ? FIRST_RETRY_MS : Math.min(wait * 2, LAST_RETRY_MS);
      client.moveToNextServer();
      await clock.sleep(wait, signal).catch(() => {});
    }
  }

  /** Reads one stream to its end. */
  #follow(stream: WatchStream): Promise<{ worked: boolean; compactRevision: number }> {
    const { prefix } = this.#options;
    this.#stream = stream;
    return new Promise((resolve) => {
      let worked = false;
      let compactRevision = 0;
      const onEnd = () => {
        if (this.#stream === stream) this.#stream = undefined;
        resolve({ worked, compactRevision });
      };
      stream.on('data', (response: WatchResponse) => {
        if (this.#closing.signal.aborted) return;
        compactRevision = response.compactRevision;
        if (response.canceled) return void stream.cancel();
        worked = true;
        // What a new watch says of the present is no promise that the past has been sent.
        if (!response.created) this.#deliver(response);
      });
      stream.on('error', onEnd);
      stream.on('end', onEnd);
      stream.write({ key: prefix, end: endOfPrefix(prefix), startRevision: this.#delivered + 1 });
    });
  }

  #deliver({ revision, events }: WatchResponse): void {
    const changes = events.map(changeOf);
    // The header of a response with events may be ahead of what it holds; that of one without is a promise.
    const upTo = changes.at(-1)?.revision ?? revision;
    if (upTo <= this.#delivered) return;
    this.#delivered = upTo;
    if (changes.length > 0) this.#options.onChanges(changes);
    else this.#options.onProgress?.(upTo);
    for (const waiter of this.#waiters) {
      if (waiter.revision > upTo) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}

function changeOf({ deleted, item }: WatchEvent): Change {
  const { key, value, modRevision: revision, createRevision } = item;
  return deleted ? { type: 'delete', key, revision } : { type: 'put', key, value, revision, createRevision };
}
