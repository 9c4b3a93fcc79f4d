import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { KubeObject, WatchEvent } from '../machinery/meta.ts';
import { keyOf } from '../machinery/meta.ts';
import type { ResourceType } from '../machinery/resource.ts';
import type { ApiClient } from './api-client.ts';
import { Reflector } from './reflector.ts';
import type { IndexFunction } from './store.ts';
import { Store } from './store.ts';

/** What changed: `previous` alone is a deletion, `next` alone an addition. */
export interface Change<T> {
  next: T | undefined;
  previous: T | undefined;
}

export type ChangeHandler<T> = (change: Change<T>) => void;

export interface InformerOptions<T extends KubeObject> {
  api: Pick<ApiClient, 'list' | 'watch'>;
  type: ResourceType<T>;
  clock: Clock;
  log: Log;
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  metadataOnly?: boolean;
  /** What to keep of an object; the default drops managedFields, which nobody reads and which are half of the memory. */
  transform?: (object: T) => T;
}

/** Reads from a local copy. Objects are shared: never change what you get. */
export interface Lister<T extends KubeObject> {
  get(key: string): T | undefined;
  list(namespace?: string): T[];
  byIndex(name: string, value: string): T[];
}

/** A local copy of the server's objects of one type, kept current by one list and a watch. */
export class Informer<T extends KubeObject> implements Lister<T> {
  readonly type: ResourceType<T>;
  /** Resolves when the first list is in and every handler has seen it. */
  readonly synced: Promise<void>;
  readonly #store = new Store<T>();
  readonly #handlers = new Set<ChangeHandler<T>>();
  readonly #reflector: Reflector<T>;
  readonly #transform: (object: T) => T;
  readonly #log: Log;
  readonly #markSynced: () => void;
  /** Keys written through since the last list was asked for: that list may not have them yet. */
  readonly #written = new Set<string>();
  #seen = 0;
  #hasSynced = false;

  constructor(options: InformerOptions<T>) {
    const { api, type, clock, log, namespace, labelSelector, fieldSelector, metadataOnly } = options;
    this.type = type;
    this.#transform = options.transform ?? dropManagedFields;
    this.#log = log;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.synced = promise;
    this.#markSynced = resolve;
    const selection = { namespace, labelSelector, fieldSelector, metadataOnly };
    this.#reflector = new Reflector(
      { api, type, selection, clock, log },
      {
        listing: () => this.#written.clear(),
        replace: (objects, resourceVersion) => this.#replace(objects, resourceVersion),
        apply: (event) => this.#apply(event),
      },
    );
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  get size(): number {
    return this.#store.size;
  }

  get(key: string): T | undefined {
    return this.#store.get(key);
  }

  list(namespace?: string): T[] {
    return this.#store.list(namespace);
  }

  byIndex(name: string, value: string): T[] {
    return this.#store.byIndex(name, value);
  }

  addIndex(name: string, of: IndexFunction<T>): void {
    this.#store.addIndex(name, of);
  }

  /** Calls `handler` for every object there is, then for every change. Disposing unsubscribes. */
  onChange(handler: ChangeHandler<T>): Disposable {
    this.#handlers.add(handler);
    for (const object of this.#store.list()) this.#call(handler, { next: object, previous: undefined });
    return { [Symbol.dispose]: () => this.#handlers.delete(handler) };
  }

  /** Until `signal` aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.#reflector.run(signal);
  }

  /** Takes in the answer of a write, so that its writer reads it before the watch brings it. */
  wrote(object: T): void {
    if (versionOf(object) <= this.#seen) return;
    this.#written.add(keyOf(object));
    this.#upsert(object);
  }

  /** Takes in that a delete removed the object of this key and uid. */
  removed(key: string, uid?: string): void {
    const present = this.#store.get(key);
    if (present && (uid === undefined || present.metadata.uid === uid)) this.#remove(key);
  }

  #replace(objects: readonly T[], resourceVersion: string): void {
    const listed = Number(resourceVersion) || 0;
    const gone = new Set(this.#store.keys());
    this.#seen = listed;
    for (const object of objects) {
      const key = keyOf(object);
      gone.delete(key);
      const present = this.#store.get(key);
      if (present?.metadata.resourceVersion === object.metadata.resourceVersion && present?.metadata.uid === object.metadata.uid) continue;
      if (!this.#isNewerWrite(key, listed)) this.#put(object);
    }
    for (const key of gone) if (!this.#isNewerWrite(key, listed)) this.#remove(key);
    if (this.#hasSynced) return;
    this.#hasSynced = true;
    this.#markSynced();
  }

  #isNewerWrite(key: string, listed: number): boolean {
    const present = this.#store.get(key);
    return present !== undefined && this.#written.has(key) && versionOf(present) > listed;
  }

  #apply({ type, object }: WatchEvent<T>): void {
    const version = versionOf(object);
    if (version > this.#seen) this.#seen = version;
    if (type === 'ADDED' || type === 'MODIFIED') this.#upsert(object);
    else if (type === 'DELETED') this.#applyDeletion(object, version);
  }

  /** A deletion of an object that was made again under the same name, and written through, is old news. */
  #applyDeletion(object: T, version: number): void {
    const key = keyOf(object);
    const present = this.#store.get(key);
    if (present && versionOf(present) <= version) this.#remove(key);
  }

  #upsert(object: T): void {
    const present = this.#store.get(keyOf(object));
    if (!present || versionOf(present) < versionOf(object)) this.#put(object);
  }

  #put(object: T): void {
    const next = this.#transform(object);
    this.#emit({ next, previous: this.#store.set(next) });
  }

  #remove(key: string): void {
    const previous = this.#store.delete(key);
    if (previous) this.#emit({ next: undefined, previous });
  }

  #emit(change: Change<T>): void {
    for (const handler of this.#handlers) this.#call(handler, change);
  }

  #call(handler: ChangeHandler<T>, change: Change<T>): void {
    try {
      handler(change);
    } catch (error) {
      // One handler's fault must not keep the others, or the cache, from the change.
      this.#log.error({ err: error, kind: this.type.kind }, 'a change handler failed');
    }
  }
}

function dropManagedFields<T extends KubeObject>(object: T): T {
  if (object.metadata.managedFields) object.metadata.managedFields = undefined;
  return object;
}

/** Resource versions of one type can be compared as numbers (documented since 1.35). */
function versionOf(object: KubeObject): number {
  return Number(object.metadata.resourceVersion) || 0;
}
