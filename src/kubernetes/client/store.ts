import type { KubeObject } from '../machinery/meta.ts';
import { keyOf } from '../machinery/meta.ts';

/** Values under which an object is found again; an object may have none or several. */
export type IndexFunction<T> = (object: T) => readonly string[];

/** The index every store has: objects by namespace. */
export const BY_NAMESPACE = 'namespace';

/** Objects by key, and by the values of named indexes. Objects are shared: never change what you get from it. */
export class Store<T extends KubeObject> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<string, { of: IndexFunction<T>; found: Map<string, Map<string, T>> }>();

  constructor() {
    this.addIndex(BY_NAMESPACE, ({ metadata }) => (metadata.namespace ? [metadata.namespace] : []));
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  keys(): IterableIterator<string> {
    return this.#objects.keys();
  }

  list(namespace?: string): T[] {
    return namespace === undefined ? [...this.#objects.values()] : this.byIndex(BY_NAMESPACE, namespace);
  }

  byIndex(name: string, value: string): T[] {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`no index "${name}"`);
    return [...(index.found.get(value)?.values() ?? [])];
  }

  /** Adds an index, for present objects too; a second index of the same name is the first one. */
  addIndex(name: string, of: IndexFunction<T>): void {
    if (this.#indexes.has(name)) return;
    const found = new Map<string, Map<string, T>>();
    this.#indexes.set(name, { of, found });
    for (const [key, object] of this.#objects) enter(found, of(object), key, object);
  }

  /** Puts `object` in place of the one with its key, which it returns. */
  set(object: T): T | undefined {
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    this.#objects.set(key, object);
    for (const { of, found } of this.#indexes.values()) {
      if (previous) leave(found, of(previous), key);
      enter(found, of(object), key, object);
    }
    return previous;
  }

  delete(key: string): T | undefined {
    const previous = this.#objects.get(key);
    if (!previous) return undefined;
    this.#objects.delete(key);
    for (const { of, found } of this.#indexes.values()) leave(found, of(previous), key);
    return previous;
  }
}

function enter<T>(found: Map<string, Map<string, T>>, values: readonly string[], key: string, object: T): void {
  for (const value of values) {
    const entries = found.get(value);
    if (entries) entries.set(key, object);
    else found.set(value, new Map([[key, object]]));
  }
}

function leave<T>(found: Map<string, Map<string, T>>, values: readonly string[], key: string): void {
  for (const value of values) {
    const entries = found.get(value);
    entries?.delete(key);
    if (entries?.size === 0) found.delete(value);
  }
}
