import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { apiVersionOf, type ResourceType } from '../../machinery/resource.ts';
import { isConflict } from '../../machinery/status.ts';
import type { ObjectStore } from '../registry.ts';
import { systemWrite } from '../writes/context.ts';
import { createObject } from '../writes/create.ts';
import { deleteObject } from '../writes/delete.ts';
import type { Registry, Target } from '../writes/registry.ts';
import { updateObject } from '../writes/update.ts';

/** How often a change is made anew when others keep writing in between. */
const ATTEMPTS = 100;

/** The server's own way to its objects: same cache, same rules, no HTTP and nobody to ask for permission. */
export class ServerObjectStore implements ObjectStore {
  readonly #registry: Registry;
  readonly #definitions: ReadonlyMap<string, ResourceDefinition>;
  readonly #signal: AbortSignal;

  constructor(registry: Registry, definitions: Iterable<ResourceDefinition>, signal: AbortSignal) {
    this.#registry = registry;
    this.#definitions = new Map([...definitions].map((definition) => [keyOf(definition), definition]));
    this.#signal = signal;
  }

  serves(resource: ResourceType): boolean {
    return this.#definitions.has(keyOf(resource));
  }

  get<T extends KubeObject>(resource: ResourceType<T>, namespace: string, name: string): T | undefined {
    const definition = this.#find(resource);
    return definition && this.#registry.cache.localCacheOf(definition).get(namespace, name)?.object;
  }

  list<T extends KubeObject>(resource: ResourceType<T>, namespace?: string): readonly T[] {
    const definition = this.#find(resource);
    return definition
      ? this.#registry.cache
          .localCacheOf(definition)
          .list(namespace)
          .map(({ object }) => object)
      : [];
  }

  onChange<T extends KubeObject>(resource: ResourceType<T>, listener: (next: T | undefined, previous: T | undefined) => void): Disposable {
    const definition = this.#find(resource);
    if (!definition) return { [Symbol.dispose]() {} };
    return this.#registry.cache.localCacheOf(definition).onEvent(({ type, stored, previous }) => {
      listener(type === 'DELETED' ? undefined : (stored.object as T), previous?.object as T | undefined);
    });
  }

  async create<T extends KubeObject>(resource: ResourceType<T>, object: T): Promise<T> {
    const target = this.#target(resource, object.metadata.namespace ?? '', object.metadata.name ?? '');
    const own = structuredClone(object);
    target.definition.defaults?.(own);
    return (await createObject(this.#registry, target, own, systemWrite(this.#signal))).object;
  }

  async change<T extends KubeObject>(
    resource: ResourceType<T>,
    namespace: string,
    name: string,
    change: (current: T) => T | undefined,
  ): Promise<T> {
    return this.#change(this.#target(resource, namespace, name), change);
  }

  async changeStatus<T extends KubeObject>(
    resource: ResourceType<T>,
    namespace: string,
    name: string,
    change: (current: T) => T | undefined,
  ): Promise<T> {
    return this.#change({ ...this.#target(resource, namespace, name), subresource: 'status' }, change);
  }

  async #change<T extends KubeObject>(target: Target<T>, change: (current: T) => T | undefined): Promise<T> {
    const transform = ({ object }: { object: T }) => change(structuredClone(object)) ?? structuredClone(object);
    for (let attempt = 1; ; attempt++) {
      try {
        return (await updateObject(this.#registry, target, transform, systemWrite(this.#signal))).object;
      } catch (error) {
        // What `change` returns names the version it was made from: it is made anew when another server wrote in between.
        if (!isConflict(error) || attempt === ATTEMPTS) throw error;
      }
    }
  }

  async delete(resource: ResourceType, namespace: string, name: string): Promise<void> {
    await deleteObject(this.#registry, this.#target(resource, namespace, name), {}, systemWrite(this.#signal));
  }

  #find<T extends KubeObject>(resource: ResourceType<T>): ResourceDefinition<T> | undefined {
    return this.#definitions.get(keyOf(resource)) as ResourceDefinition<T> | undefined;
  }

  #target<T extends KubeObject>(resource: ResourceType<T>, namespace: string, name: string): Target<T> {
    const definition = this.#find(resource);
    if (!definition) throw new Error(`${resource.plural}.${resource.group} is not served`);
    return { definition, namespace, name, subresource: '' };
  }
}

function keyOf(resource: ResourceType): string {
  return `${apiVersionOf(resource)}/${resource.plural}`;
}
