import type { Clock } from '../../../base/clock.ts';
import type { Change, KeyValue, ListRequest, ListResult, Storage, WatchRequest, Write, WriteResult } from '../storage.ts';
import { Watchers } from '../watchers.ts';
import { EtcdClient, type EtcdConfig } from './etcd-client.ts';
import { Feed } from './feed.ts';
import { endOfPrefix } from './messages.ts';
import { PendingValues } from './pending-values.ts';

export interface EtcdOptions extends EtcdConfig {
  /** All keys begin with it; others' keys in the same etcd are nothing to us. */
  readonly prefix?: string;
}

/**
 * {@link Storage} in an etcd cluster that several API servers share. One watch of all our keys feeds every watcher and
 * says how far the world has been seen, so that a writer hears of its write after the watchers here.
 */
export class EtcdStorage implements Storage {
  readonly #client: EtcdClient;
  readonly #clock: Clock;
  readonly #prefix: string;
  readonly #watchers: Watchers;
  readonly #pending = new PendingValues();
  readonly #closing = new AbortController();
  readonly #feed: Feed;
  #askedRevision: Promise<unknown> = Promise.resolve();
  #nextRevision: Promise<number> | undefined;

  /** Waits for a server that answers, for as long as a call may take. */
  static async open({ prefix = '/registry/', ...config }: EtcdOptions, clock: Clock): Promise<EtcdStorage> {
    const client = new EtcdClient(config, clock);
    try {
      const { revision } = await client.range({ key: prefix, keysOnly: true });
      return new EtcdStorage(client, clock, prefix, revision);
    } catch (error) {
      client.close();
      throw error;
    }
  }

  private constructor(client: EtcdClient, clock: Clock, prefix: string, revision: number) {
    this.#client = client;
    this.#clock = clock;
    this.#prefix = prefix;
    this.#watchers = new Watchers((watched, from) => this.#history(watched, from));
    this.#feed = new Feed({
      client,
      clock,
      prefix,
      from: revision + 1,
      signal: this.#closing.signal,
      onChanges: (changes) => this.#watchers.publish(changes.map((change) => this.#pending.recognise(change))),
      onProgress: (upTo) => this.#watchers.progress(upTo),
      onEnd: (error) => this.#watchers.fail(error),
    });
  }

  /** Those who ask while a question is under way share the next one: an answer may not be older than its question. */
  revision(): Promise<number> {
    this.#nextRevision ??= this.#askedRevision.then(() => {
      this.#nextRevision = undefined;
      const asked = this.#askRevision();
      this.#askedRevision = asked.catch(() => {});
      return asked;
    });
    return this.#nextRevision;
  }

  async get(key: string, revision = 0): Promise<KeyValue | undefined> {
    return (await this.#client.range({ key, revision })).items[0];
  }

  async list({ prefix, after = '', limit = 0, revision = 0 }: ListRequest): Promise<ListResult> {
    const key = after >= prefix ? `${after}\0` : prefix;
    const answer = await this.#client.range({ key, end: endOfPrefix(prefix), limit, revision });
    return { revision: revision || answer.revision, items: answer.items, remaining: answer.count - answer.items.length };
  }

  async write(write: Write): Promise<WriteResult> {
    // To etcd deleting nothing is a success.
    if (!write.value && write.expect === 0) return { done: false, current: (await this.get(write.key))?.modRevision ?? 0 };
    using _ = this.#pending.add(write);
    const { revision, succeeded, before } = await this.#client.swap(write);
    if (!succeeded) return { done: false, current: before?.modRevision ?? 0 };
    await this.#feed.reached(revision);
    return { done: true, revision, createRevision: before?.createRevision ?? revision };
  }

  watch(request: WatchRequest): Disposable {
    return this.#watchers.add(request, this.#feed.delivered + 1);
  }

  compact(revision: number): Promise<void> {
    return this.#client.compact(revision);
  }

  grantLease(seconds: number): Promise<number> {
    return this.#client.grantLease(seconds);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('storage is closed'));
    this.#client.close();
  }

  async #askRevision(): Promise<number> {
    const { revision } = await this.#client.range({ key: this.#prefix, keysOnly: true });
    const seen = this.#feed.reached(revision);
    if (revision > this.#feed.delivered) this.#feed.askForProgress();
    await seen;
    return revision;
  }

  /** What happened from `from` until as far as the feed is. */
  async #history(prefix: string, from: number): Promise<Change[]> {
    const found: Change[] = [];
    const until = this.#feed.delivered;
    using past = new Feed({
      client: this.#client,
      clock: this.#clock,
      prefix,
      from,
      signal: this.#closing.signal,
      onChanges: (changes) => void found.push(...changes),
      onEnd() {},
    });
    await past.reached(until);
    return found;
  }
}
