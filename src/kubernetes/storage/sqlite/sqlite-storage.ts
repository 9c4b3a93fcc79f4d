import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import type { Change, KeyValue, ListRequest, ListResult, Storage, WatchRequest, Write, WriteResult } from '../storage.ts';
import { Watchers } from '../watchers.ts';
import type { ExpireAnswer, ListAnswer, PackedRows } from './messages.ts';
import { unpackValues } from './pack.ts';
import { StorageThread } from './thread.ts';
import { WriteQueue, type Written } from './write-queue.ts';

const IN_MEMORY = ':memory:';

/** How late a lease may end. */
const LEASE_GRANULARITY_MS = 500;

/** {@link Storage} in one SQLite file, for a cluster with a single control plane. */
export class SqliteStorage implements Storage {
  readonly #thread: StorageThread;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #writes: WriteQueue;
  readonly #watchers: Watchers;
  #revision: number;
  #expiry: Disposable | undefined;
  #expiryAt = 0;
  #closed = false;

  /** Opens (or creates) `directory/storage.db`; `:memory:` keeps nothing. */
  static async open(directory: string, clock: Clock): Promise<SqliteStorage> {
    const failed = Promise.withResolvers<Error>();
    const path = directory === IN_MEMORY ? directory : join(directory, 'storage.db');
    const thread = new StorageThread(path, failed.resolve);
    const started = await thread.started();
    const storage = new SqliteStorage(thread, clock, path, started.revision);
    void failed.promise.then((error) => storage.#watchers.fail(error));
    storage.#expireAt(started.nextExpiry);
    return storage;
  }

  private constructor(thread: StorageThread, clock: Clock, path: string, revision: number) {
    this.#thread = thread;
    this.#clock = clock;
    this.#path = path;
    this.#revision = revision;
    this.#writes = new WriteQueue(thread, (batch) => this.#publish(batch));
    this.#watchers = new Watchers((prefix, from) => this.#changes(prefix, from));
  }

  revision(): number {
    return this.#revision;
  }

  async get(key: string, revision = 0): Promise<KeyValue | undefined> {
    return itemsOf(await this.#thread.ask<PackedRows>({ op: 'get', key, revision }))[0];
  }

  async list({ prefix, after = '', limit = 0, revision = 0 }: ListRequest): Promise<ListResult> {
    const answer = await this.#thread.ask<ListAnswer>({ op: 'list', prefix, after, limit, revision });
    return { revision: answer.revision, items: itemsOf(answer.rows), remaining: answer.remaining };
  }

  async write(write: Write): Promise<WriteResult> {
    const { revision, created } = await this.#writes.add(write);
    return revision > 0 ? { done: true, revision, createRevision: created } : { done: false, current: -1 - revision };
  }

  watch(request: WatchRequest): Disposable {
    return this.#watchers.add(request, this.#revision + 1);
  }

  async size(): Promise<number> {
    return this.#path === IN_MEMORY ? 0 : (await stat(this.#path)).size;
  }

  async compact(revision: number): Promise<void> {
    await this.#thread.ask({ op: 'compact', revision });
  }

  async grantLease(seconds: number): Promise<number> {
    const expires = this.#clock.now() + seconds * 1000;
    const id = await this.#thread.ask<number>({ op: 'grantLease', expires });
    this.#expireAt(this.#expiryAt === 0 ? expires : Math.min(expires, this.#expiryAt));
    return id;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#expiry?.[Symbol.dispose]();
    await this.#writes.settled();
    await this.#thread.close();
  }

  #publish(batch: readonly Written[]): void {
    const changes: Change[] = [];
    for (const { write, revision, created } of batch) {
      if (revision <= 0) continue;
      this.#revision = revision;
      changes.push(
        write.value
          ? { type: 'put', key: write.key, value: write.value, revision, createRevision: created }
          : { type: 'delete', key: write.key, revision },
      );
    }
    if (changes.length > 0) this.#watchers.publish(changes);
  }

  async #changes(prefix: string, from: number): Promise<Change[]> {
    const rows = await this.#thread.ask<PackedRows>({ op: 'changes', prefix, from, to: this.#revision });
    const values = [...unpackValues(rows)];
    return rows.keys.map((key, i) => {
      const revision = rows.revisions[i] as number;
      return rows.deleted[i]
        ? { type: 'delete', key, revision }
        : { type: 'put', key, revision, value: values[i] as Buffer, createRevision: rows.created[i] as number };
    });
  }

  #expireAt(time: number): void {
    this.#expiry?.[Symbol.dispose]();
    this.#expiryAt = time;
    this.#expiry = undefined;
    if (time === 0 || this.#closed) return;
    const wait = Math.max(LEASE_GRANULARITY_MS, Math.min(time - this.#clock.now(), 2 ** 31 - 1));
    this.#expiry = this.#clock.after(wait, () => void this.#expire());
  }

  async #expire(): Promise<void> {
    let answer: ExpireAnswer & { nextExpiry: number };
    try {
      answer = await this.#thread.ask({ op: 'expire', now: this.#clock.now() });
    } catch {
      // A failed thread also fails every write, which is where it is noticed and reported.
      return;
    }
    this.#publish(answer.keys.map((key, i) => ({ write: { key, expect: 0 }, revision: answer.revisions[i] as number, created: 0 })));
    this.#expireAt(answer.nextExpiry);
  }
}

function itemsOf(rows: PackedRows): KeyValue[] {
  const items: KeyValue[] = [];
  let i = 0;
  for (const value of unpackValues(rows)) {
    items.push({
      key: rows.keys[i] as string,
      value: value as Buffer,
      createRevision: rows.created[i] as number,
      modRevision: rows.revisions[i] as number,
    });
    i++;
  }
  return items;
}
