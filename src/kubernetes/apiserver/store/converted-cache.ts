import type { ResourceDefinition, StoredAs } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { CacheListener, ObjectCache } from './resource-cache.ts';
import { encodeForStorage, inWriteOrder, type StoredObject, storedObject } from './stored-object.ts';
import type { CacheEvent } from './window.ts';

/** The objects of a cache at another version of their kind: each converted when it is first looked at, then kept. */
export class ConvertedCache<T extends KubeObject> implements ObjectCache<T> {
  readonly definition: ResourceDefinition<T>;
  readonly #stored: ObjectCache;
  readonly #storedAs: StoredAs<T>;
  readonly #objects = new WeakMap<StoredObject, StoredObject<T>>();
  readonly #events = new WeakMap<CacheEvent, CacheEvent>();

  constructor(stored: ObjectCache, definition: ResourceDefinition<T>, storedAs: StoredAs<T>) {
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

  get oldestWatchable(): number {
    return this.#stored.oldestWatchable;
  }

  get(namespace: string, name: string): StoredObject<T> | undefined {
    const stored = this.#stored.get(namespace, name);
    return stored && this.show(stored);
  }

  byKey(key: string): StoredObject<T> | undefined {
    const stored = this.#stored.byKey(key);
    return stored && this.show(stored);
  }

  list(namespace?: string): StoredObject<T>[] {
    return this.#stored.list(namespace).map((stored) => this.show(stored));
  }

  follow(revision: number, listener: CacheListener): { missed: CacheEvent[]; subscription: Disposable } {
    const { missed, subscription } = this.#stored.follow(revision, (event) => listener(this.#showEvent(event)));
    return { missed: missed.map((event) => this.#showEvent(event)), subscription };
  }

  onEvent(listener: CacheListener): Disposable {
    return this.#stored.onEvent((event) => listener(this.#showEvent(event)));
  }

  show(stored: StoredObject): StoredObject<T> {
    const known = this.#objects.get(stored);
    if (known) return known;
    const object = inWriteOrder(this.definition, this.#storedAs.fromStored(stored.object));
    const shown = storedObject(stored.key, encodeForStorage(object), stored.revision, object) as StoredObject<T>;
    this.#objects.set(stored, shown);
    return shown;
  }

  #showEvent(event: CacheEvent): CacheEvent {
    const known = this.#events.get(event);
    if (known) return known;
    const shown = { ...event, stored: this.show(event.stored), previous: event.previous && this.show(event.previous) };
    this.#events.set(event, shown);
    return shown;
  }
}
