import type { Awaitable, ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { CacheMeter } from './cache-meter.ts';
import { resourcePrefix, storageKey } from './keys.ts';
import { SortedKeys } from './sorted-keys.ts';
import type { StoredObject } from './stored-object.ts';
import { type CacheEvent, EventWindow } from './window.ts';

/** Hears of every change, synchronously and in revision order. */
export type CacheListener = (event: CacheEvent) => void;

/** Hears of all changes after a revision, none missed or seen twice. */
export interface Following extends Disposable {
  /** Every change up to this revision has been heard of, as far as the cache knows them. */
  readonly shown: number;
}

/** What reads need of the objects of one resource at one version. */
export interface ObjectCache<T extends KubeObject = KubeObject> {
  readonly definition: ResourceDefinition<T>;
  readonly prefix: string;
  readonly size: number;
  /** Of all objects, as they are stored. */
  readonly bytes: number;
  readonly meter: CacheMeter;
  /** Watches may start at this revision or later. */
  readonly oldestWatchable: number;
  get(namespace: string, name: string): Awaitable<StoredObject<T> | undefined>;
  byKey(key: string): Awaitable<StoredObject<T> | undefined>;
  /** In key order; of one namespace where one is given. */
  list(namespace?: string): Awaitable<StoredObject<T>[]>;
  /** Tells of the changes after `revision`, those that were already as well as later ones; `failed` ends it. */
  follow(revision: number, listener: CacheListener, failed: (error: unknown) => void): Following;
  /** An object as it is stored, at the version of this cache. */
  show(stored: StoredObject): Awaitable<StoredObject<T>>;
}

/** The objects of a kind that nobody else has to be asked to convert: all built-in ones. */
export interface LocalCache<T extends KubeObject = KubeObject> extends ObjectCache<T> {
  get(namespace: string, name: string): StoredObject<T> | undefined;
  byKey(key: string): StoredObject<T> | undefined;
  list(namespace?: string): StoredObject<T>[];
  show(stored: StoredObject): StoredObject<T>;
  onEvent(listener: CacheListener): Disposable;
}

/** All objects of one resource, parsed and as bytes, and its latest changes. Written to by `WatchCache` alone. */
export class ResourceCache<T extends KubeObject = KubeObject> implements LocalCache<T> {
  readonly definition: ResourceDefinition<T>;
  readonly prefix: string;
  /** What was read in shows all changes up to this revision. */
  readonly loadedAt: number;
  readonly meter = new CacheMeter();
  readonly #objects = new Map<string, StoredObject<T>>();
  readonly #keys = new SortedKeys();
  readonly #listeners = new Set<CacheListener>();
  #window: EventWindow;
  #bytes = 0;

  constructor(definition: ResourceDefinition<T>, revision: number) {
    this.definition = definition;
    this.prefix = resourcePrefix(definition as ResourceDefinition);
    this.loadedAt = revision;
    this.#window = new EventWindow(revision);
  }

  get size(): number {
    return this.#objects.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get oldestWatchable(): number {
    return this.#window.complete;
  }

  get(namespace: string, name: string): StoredObject<T> | undefined {
    return this.#objects.get(storageKey(this.definition as ResourceDefinition, namespace, name));
  }

  byKey(key: string): StoredObject<T> | undefined {
    return this.#objects.get(key);
  }

  list(namespace = ''): StoredObject<T>[] {
    const keys = this.#keys.withPrefix(namespace === '' ? '' : `${this.prefix}${namespace}/`);
    const found: StoredObject<T>[] = new Array(keys.length);
    for (let i = 0; i < keys.length; i++) found[i] = this.#objects.get(keys[i] as string) as StoredObject<T>;
    return found;
  }

  follow(revision: number, listener: CacheListener): Following {
    for (const event of this.#window.since(revision)) listener(event);
    return { ...this.onEvent(listener), shown: Number.MAX_SAFE_INTEGER };
  }

  onEvent(listener: CacheListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  show(stored: StoredObject): StoredObject<T> {
    return stored as StoredObject<T>;
  }

  forgetStale(now: number): void {
    this.#window.forgetStale(now);
  }

  /** What was there before the cache began to watch. */
  load(stored: StoredObject): void {
    this.#objects.set(stored.key, stored as StoredObject<T>);
    this.#bytes += stored.bytes.length;
    this.#keys.add(stored.key);
    this.meter.initial++;
  }

  /** Returns what it replaces. */
  put(stored: StoredObject, now: number): StoredObject | undefined {
    const previous = this.#objects.get(stored.key);
    this.#objects.set(stored.key, stored as StoredObject<T>);
    this.#bytes += stored.bytes.length - (previous?.bytes.length ?? 0);
    if (!previous) this.#keys.add(stored.key);
    this.#publish({ type: previous ? 'MODIFIED' : 'ADDED', revision: stored.revision, stored, previous }, now);
    return previous;
  }

  remove(last: StoredObject, now: number): void {
    const previous = this.#objects.get(last.key);
    if (!previous) return;
    this.#bytes -= previous.bytes.length;
    this.#objects.delete(last.key);
    this.#keys.delete(last.key);
    this.#publish({ type: 'DELETED', revision: last.revision, stored: last, previous }, now);
  }

  #publish(event: CacheEvent, now: number): void {
    this.meter.events++;
    this.#window.add(event, now);
    for (const listener of this.#listeners) listener(event);
  }
}
