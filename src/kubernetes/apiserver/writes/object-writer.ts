import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { Storage } from '../../storage/storage.ts';
import { storageKey } from '../store/keys.ts';
import { encodeForStorage, inWriteOrder, type StoredObject, storedObject } from '../store/stored-object.ts';
import type { WatchCache } from '../store/watch-cache.ts';
import type { EventLeases } from './event-leases.ts';

/** Turns objects into stored bytes, once, and compares-and-swaps them into storage. */
export class ObjectWriter {
  readonly #storage: Storage;
  readonly #cache: WatchCache;
  readonly #leases: EventLeases;

  constructor(storage: Storage, cache: WatchCache, leases: EventLeases) {
    this.#storage = storage;
    this.#cache = cache;
    this.#leases = leases;
  }

  /** Whether the object should be written even if nothing about it has changed. */
  isStale({ key, stale }: StoredObject): boolean {
    return stale === true || (this.#storage.isStale?.(key) ?? false);
  }

  /** The object as stored; undefined when the name is taken. */
  insert<T extends KubeObject>(definition: ResourceDefinition<T>, object: T): Promise<StoredObject<T> | undefined> {
    return this.#put(definition, object, 0);
  }

  /** Writes over exactly the version given; undefined when somebody else wrote first. */
  replace<T extends KubeObject>(
    definition: ResourceDefinition<T>,
    existing: StoredObject,
    object: T,
  ): Promise<StoredObject<T> | undefined> {
    return this.#put(definition, object, existing.revision);
  }

  /** The revision of the removal; undefined when somebody else wrote first. */
  async remove(existing: StoredObject): Promise<number | undefined> {
    const result = await this.#storage.write({ key: existing.key, expect: existing.revision });
    return result.done ? result.revision : undefined;
  }

  async #put<T extends KubeObject>(definition: ResourceDefinition<T>, object: T, expect: number): Promise<StoredObject<T> | undefined> {
    const { namespace = '', name = '' } = object.metadata;
    const key = storageKey(definition as ResourceDefinition, namespace, name);
    const { storedAs } = definition;
    const ordered: KubeObject = storedAs
      ? inWriteOrder(storedAs.definition, await storedAs.toStored(object))
      : inWriteOrder(definition, object);
    const value = encodeForStorage(ordered);
    this.#cache.expect(value, ordered);
    const lease = await this.#leases.leaseFor(definition as ResourceDefinition);
    const result = await this.#storage.write(lease ? { key, expect, value, lease } : { key, expect, value });
    if (!result.done) return undefined;
    const cache = this.#cache.cacheOf(definition);
    const cached = await cache.byKey(key);
    // A still later write may already be in the cache; ours is what the writer gets to see.
    return cached?.revision === result.revision ? cached : cache.show(storedObject(key, value, result.revision));
  }
}
