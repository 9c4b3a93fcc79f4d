import type { ObjectStore } from '../../src/kubernetes/apiserver/registry.ts';
import { type KubeObject, keyOf } from '../../src/kubernetes/machinery/meta.ts';
import { groupResource, type ResourceType } from '../../src/kubernetes/machinery/resource.ts';
import { alreadyExists, notFound } from '../../src/kubernetes/machinery/status.ts';

type Listener = (next: KubeObject | undefined, previous: KubeObject | undefined) => void;

/** The server's object store without a server: maps, no defaulting, no validation. For unit tests. */
export class MemoryObjectStore implements ObjectStore {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #notServed: ReadonlySet<string>;
  #revision = 0;

  constructor(options: { notServed?: readonly ResourceType[] } = {}) {
    this.#notServed = new Set(options.notServed?.map(groupResource));
  }

  serves(resource: ResourceType): boolean {
    return !this.#notServed.has(groupResource(resource));
  }

  get<T extends KubeObject>(resource: ResourceType<T>, namespace: string, name: string): T | undefined {
    return this.#kind(resource).get(keyOf({ metadata: { namespace: resource.namespaced ? namespace : '', name } })) as T | undefined;
  }

  list<T extends KubeObject>(resource: ResourceType<T>, namespace?: string): readonly T[] {
    return ([...this.#kind(resource).values()] as T[]).filter((object) => !namespace || object.metadata.namespace === namespace);
  }

  onChange<T extends KubeObject>(resource: ResourceType<T>, listener: (next: T | undefined, previous: T | undefined) => void): Disposable {
    const listeners = this.#listeners.get(groupResource(resource)) ?? new Set();
    this.#listeners.set(groupResource(resource), listeners.add(listener as Listener));
    return { [Symbol.dispose]: () => void listeners.delete(listener as Listener) };
  }

  async create<T extends KubeObject>(resource: ResourceType<T>, object: T): Promise<T> {
    if (this.#kind(resource).has(keyOf(object))) throw alreadyExists(resource, object.metadata.name ?? '');
    return this.put(resource, object);
  }

  async change<T extends KubeObject>(
    resource: ResourceType<T>,
    namespace: string,
    name: string,
    change: (current: T) => T | undefined,
  ): Promise<T> {
    const current = this.get(resource, namespace, name);
    if (!current) throw notFound(resource, name);
    const next = change(structuredClone(current));
    return next ? this.put(resource, next) : current;
  }

  changeStatus<T extends KubeObject>(
    resource: ResourceType<T>,
    namespace: string,
    name: string,
    change: (current: T) => T | undefined,
  ): Promise<T> {
    return this.change(resource, namespace, name, change);
  }

  async delete(resource: ResourceType, namespace: string, name: string): Promise<void> {
    const previous = this.get(resource, namespace, name);
    if (!previous) throw notFound(resource, name);
    this.#kind(resource).delete(keyOf(previous));
    this.#tell(resource, undefined, previous);
  }

  /** Creates or replaces at once, as a test's given state. */
  put<T extends KubeObject>(resource: ResourceType<T>, object: T): T {
    const previous = this.get(resource, object.metadata.namespace ?? '', object.metadata.name ?? '');
    const uid = object.metadata.uid ?? previous?.metadata.uid ?? `uid-${this.#revision + 1}`;
    const next = { ...object, metadata: { ...object.metadata, uid, resourceVersion: String(++this.#revision) } };
    this.#kind(resource).set(keyOf(next), next);
    this.#tell(resource, next, previous);
    return next;
  }

  #tell(resource: ResourceType, next: KubeObject | undefined, previous: KubeObject | undefined): void {
    for (const listener of this.#listeners.get(groupResource(resource)) ?? []) listener(next, previous);
  }

  #kind(resource: ResourceType): Map<string, KubeObject> {
    const key = groupResource(resource);
    const objects = this.#objects.get(key) ?? new Map<string, KubeObject>();
    this.#objects.set(key, objects);
    return objects;
  }
}
