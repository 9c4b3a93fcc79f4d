import type { Awaitable, ResourceDefinition, StoredAs } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { CacheMeter } from './cache-meter.ts';
import { OrderedEvents } from './ordered-events.ts';
import type { CacheListener, Following, LocalCache, ObjectCache } from './resource-cache.ts';
import { encodeForStorage, inWriteOrder, type StoredObject, storedObject } from './stored-object.ts';
import type { CacheEvent } from './window.ts';

/**
 * The objects of a cache at another version of their kind: each converted when it is first looked at, then kept. Of
 * kinds that convert at once this is a {@link LocalCache}.
 */
export class ConvertedCache<T extends KubeObject> implements ObjectCache<T> {
  readonly definition: ResourceDefinition<T>;
  readonly #stored: LocalCache;
  readonly #storedAs: StoredAs<T>;
  readonly #objects = new WeakMap<StoredObject, Awaitable<StoredObject<T>>>();
  readonly #events = new WeakMap<CacheEvent, Awaitable<CacheEvent>>();

  constructor(stored: LocalCache, definition: ResourceDefinition<T>, storedAs: StoredAs<T>) {
    this.definition = definition;
    this.#stored = stored;
    this.#storedAs = storedAs;
  }

  get prefix(): string {
    return this.#stored.prefix;
  }

  get size(): number {
    return this.#stored.size;
  }

  get bytes(): number {
    return this.#stored.bytes;
  }

  get meter(): CacheMeter {
    return this.#stored.meter;
  }

  get oldestWatchable(): number {
    return this.#stored.oldestWatchable;
  }

  get(namespace: string, name: string): Awaitable<StoredObject<T> | undefined> {
    const stored = this.#stored.get(namespace, name);
    return stored && this.show(stored);
  }

  byKey(key: string): Awaitable<StoredObject<T> | undefined> {
    const stored = this.#stored.byKey(key);
    return stored && this.show(stored);
  }

  list(namespace?: string): Awaitable<StoredObject<T>[]> {
    return allOf(this.#stored.list(namespace).map((stored) => this.show(stored)));
  }

  follow(revision: number, listener: CacheListener, failed: (error: unknown) => void): Following {
    const events = new OrderedEvents((event) => this.#showEvent(event), listener, failed);
    const following = this.#stored.follow(revision, (event) => events.push(event), failed);
    return {
      get shown() {
        return events.shown;
      },
      [Symbol.dispose]() {
        events.close();
        following[Symbol.dispose]();
      },
    };
  }

  onEvent(listener: CacheListener): Disposable {
    const events = new OrderedEvents(
      (event) => this.#showEvent(event),
      listener,
      () => {},
    );
    return this.#stored.onEvent((event) => events.push(event));
  }

  show(stored: StoredObject): Awaitable<StoredObject<T>> {
    const known = this.#objects.get(stored);
    if (known) return known;
    const object = this.#storedAs.fromStored(stored.object);
    const shown = object instanceof Promise ? object.then((converted) => this.#shown(stored, converted)) : this.#shown(stored, object);
    this.#objects.set(stored, shown);
    if (shown instanceof Promise) this.#settle(stored, shown);
    return shown;
  }

  #shown(stored: StoredObject, converted: T): StoredObject<T> {
    const object = inWriteOrder(this.definition, converted);
    const stale = this.#storedAs.isStale?.(stored.object, object) ?? false;
    return storedObject(stored.key, encodeForStorage(object), stored.revision, object, stale) as StoredObject as StoredObject<T>;
  }

  /** Keeps what came of a conversion; one that failed is tried again by the next who asks. */
  #settle(stored: StoredObject, pending: Promise<StoredObject<T>>): void {
    pending.then(
      (shown) => this.#objects.set(stored, shown),
      () => this.#objects.delete(stored),
    );
  }

  #showEvent(event: CacheEvent): Awaitable<CacheEvent> {
    const known = this.#events.get(event);
    if (known) return known;
    const parts = allOf([this.show(event.stored), event.previous && this.show(event.previous)]);
    if (!(parts instanceof Promise)) return this.#keep(event, parts);
    const pending = parts.then((shown) => this.#keep(event, shown));
    this.#events.set(event, pending);
    pending.catch(() => this.#events.delete(event));
    return pending;
  }

  #keep(event: CacheEvent, [stored, previous]: (StoredObject | undefined)[]): CacheEvent {
    const shown = { ...event, stored: stored as StoredObject, previous };
    this.#events.set(event, shown);
    return shown;
  }
}

/** All values, at once where none has to be waited for. */
function allOf<T>(values: readonly Awaitable<T>[]): Awaitable<T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as T[]);
}
