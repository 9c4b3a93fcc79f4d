import type { Clock } from '../../../base/clock.ts';
import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { Change, Storage } from '../../storage/storage.ts';
import { ConvertedCache } from './converted-cache.ts';
import { prefixOfKey, ROOT, resourcePrefix } from './keys.ts';
import { ParsedObjects } from './parsed-objects.ts';
import { type LocalCache, type ObjectCache, ResourceCache } from './resource-cache.ts';
import { LazyObject, type StoredObject, storedObject, withRevision } from './stored-object.ts';

const PAGE = 2000;
const FORGET_MS = 30_000;
/** As JSON; parsed they take twice as much and more. Ten thousand pods of three kilobytes. */
const MOST_PARSED_BYTES = 32 << 20;

/**
 * Everything in storage, in memory, kept up to date by one watch of the whole store: so every resource is seen at the
 * same revision, and storage tells us of a write before it tells the writer, so a read after a write sees it.
 */
export class WatchCache {
  readonly #caches = new Map<string, ResourceCache>();
  /** What definitions see: the cache itself, or its objects at another version. */
  readonly #views = new WeakMap<object, ObjectCache>();
  readonly #storage: Storage;
  readonly #clock: Clock;
  /** Objects whose bytes are on their way to storage, so that they need not be parsed when they come back. */
  readonly #parsed = new WeakMap<Buffer, KubeObject>();
  readonly #kept = new ParsedObjects(MOST_PARSED_BYTES);
  readonly #waiting = new Set<{ revision: number; resolve(): void }>();
  /** Changes of resources that are being read in, by prefix. */
  readonly #joining = new Map<string, Change[]>();
  #revision = 0;
  #subscription: Disposable | undefined;
  #forgetting: Disposable | undefined;
  readonly #onFailure: (error: Error) => void;

  constructor(storage: Storage, clock: Clock, onFailure: (error: Error) => void) {
    this.#storage = storage;
    this.#clock = clock;
    this.#onFailure = onFailure;
  }

  /** The revision the cache shows. */
  get revision(): number {
    return this.#revision;
  }

  /** Reads all there is of `definitions` and starts to follow. */
  async open(definitions: Iterable<ResourceDefinition>): Promise<void> {
    const revision = await this.#storage.revision();
    for (const definition of definitions) {
      if (definition.storedAs) continue;
      const cache = new ResourceCache(definition, revision);
      this.#caches.set(cache.prefix, cache);
    }
    await this.#load(revision, ROOT, (key) => this.#caches.get(prefixOfKey(key)));
    this.#revision = revision;
    this.#subscription = this.#storage.watch({
      prefix: ROOT,
      from: revision + 1,
      onChanges: (changes) => this.#apply(changes),
      onProgress: (revision) => this.#advance(Math.max(revision, this.#revision)),
      onError: this.#onFailure,
    });
    this.#forgetLater();
  }

  close(): void {
    this.#subscription?.[Symbol.dispose]();
    this.#forgetting?.[Symbol.dispose]();
  }

  #forgetLater(): void {
    this.#forgetting = this.#clock.after(FORGET_MS, () => {
      const now = this.#clock.now();
      for (const cache of this.#caches.values()) cache.forgetStale(now);
      this.#forgetLater();
    });
  }

  /** Reads in a kind that is served from now on, unless its objects are here already. */
  async add(definition: ResourceDefinition): Promise<void> {
    const prefix = resourcePrefix(definition);
    if (this.#caches.has(prefix)) return;
    const meanwhile: Change[] = [];
    this.#joining.set(prefix, meanwhile);
    try {
      const revision = await this.#storage.revision();
      const cache = new ResourceCache(definition, revision);
      await this.#load(revision, prefix, () => cache);
      this.#caches.set(prefix, cache);
      for (const change of meanwhile) this.#applyTo(cache, change, this.#clock.now());
    } finally {
      this.#joining.delete(prefix);
    }
  }

  /** Forgets the objects of a kind that is no longer served. */
  drop(definition: ResourceDefinition): void {
    this.#caches.delete(resourcePrefix(definition));
  }

  cacheOf<T extends KubeObject>(definition: ResourceDefinition<T>): ObjectCache<T> {
    const known = this.#views.get(definition);
    if (known) return known as unknown as ObjectCache<T>;
    const cache = this.#caches.get(resourcePrefix(definition as ResourceDefinition));
    if (!cache) throw new Error(`${definition.plural}.${definition.group} is not served`);
    const { storedAs } = definition;
    const view = storedAs ? new ConvertedCache(cache, definition, storedAs) : cache;
    this.#views.set(definition, view as unknown as ObjectCache);
    return view as unknown as ObjectCache<T>;
  }

  /** The cache of a built-in kind. */
  localCacheOf<T extends KubeObject>(definition: ResourceDefinition<T>): LocalCache<T> {
    if (definition.custom) throw new Error(`${definition.plural}.${definition.group} is no built-in kind`);
    return this.cacheOf(definition) as LocalCache<T>;
  }

  all(): Iterable<ResourceCache> {
    return this.#caches.values();
  }

  /** Remembers the object behind bytes that are about to be written. */
  expect(bytes: Buffer, object: KubeObject): void {
    this.#parsed.set(bytes, object);
  }

  /** Resolves once the cache shows `revision`; false when that took longer than `patienceMs`. */
  reached(revision: number, patienceMs: number): Promise<boolean> {
    if (revision <= this.#revision) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = this.#clock.after(patienceMs, () => {
        this.#waiting.delete(entry);
        resolve(false);
      });
      const entry = {
        revision,
        resolve: () => {
          timer[Symbol.dispose]();
          resolve(true);
        },
      };
      this.#waiting.add(entry);
    });
  }

  /** The cache at least as new as storage is now: what a list without a resource version must show. */
  async catchUp(): Promise<void> {
    const revision = this.#storage.revision();
    const now = typeof revision === 'number' ? revision : await revision;
    if (now > this.#revision) await this.reached(now, 3000);
  }

  async #load(revision: number, prefix: string, cacheFor: (key: string) => ResourceCache | undefined): Promise<void> {
    let after = '';
    for (;;) {
      const page = await this.#storage.list({ prefix, after, limit: PAGE, revision });
      for (const { key, value, modRevision } of page.items) cacheFor(key)?.load(this.#keep(storedObject(key, value, modRevision)));
      const last = page.items.at(-1);
      if (!last || page.remaining === 0) return;
      after = last.key;
    }
  }

  #apply(changes: readonly Change[]): void {
    const now = this.#clock.now();
    for (const change of changes) {
      this.#revision = change.revision;
      const prefix = prefixOfKey(change.key);
      const cache = this.#caches.get(prefix);
      if (cache) this.#applyTo(cache, change, now);
      else this.#joining.get(prefix)?.push(change);
    }
    this.#advance(this.#revision);
  }

  #advance(revision: number): void {
    this.#revision = revision;
    for (const entry of this.#waiting) {
      if (entry.revision > revision) continue;
      this.#waiting.delete(entry);
      entry.resolve();
    }
  }

  #applyTo(cache: ResourceCache, change: Change, now: number): void {
    if (change.revision <= cache.loadedAt) return;
    if (change.type === 'put') {
      const replaced = cache.put(this.#keep(storedObject(change.key, change.value, change.revision, this.#parsed.get(change.value))), now);
      this.#retire(replaced);
    } else {
      const previous = cache.byKey(change.key);
      if (previous) cache.remove(this.#keep(lastState(previous, change.revision)), now);
      this.#retire(previous);
    }
  }

  #keep(object: LazyObject): LazyObject {
    object.keptBy(this.#kept);
    return object;
  }

  /** Everybody who follows has seen an object go: late followers that look into it have it parsed again. */
  #retire(object: StoredObject | undefined): void {
    if (object instanceof LazyObject) this.#kept.release(object);
  }
}

/** A deleted object as watchers see it: as it last was, at the revision of its deletion. */
function lastState(previous: StoredObject, revision: number): LazyObject {
  return new LazyObject(previous.key, withRevision(previous.bytes, revision), revision);
}
