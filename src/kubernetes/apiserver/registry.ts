import type { KubeObject } from '../machinery/meta.ts';
import type { ResourceType } from '../machinery/resource.ts';

/**
 * The server's own objects, read from the watch cache: what authorizers, admission and bootstrap read and write
 * without going through HTTP. Objects returned are shared and must not be mutated. A kind that is not served has no
 * objects and never changes; writing one throws.
 */
export interface ObjectStore {
  /** Whether the kind is served. */
  serves(resource: ResourceType): boolean;
  get<T extends KubeObject>(resource: ResourceType<T>, namespace: string, name: string): T | undefined;
  /** All objects, or those of one namespace. */
  list<T extends KubeObject>(resource: ResourceType<T>, namespace?: string): readonly T[];
  /** Called for every later change, `previous` and `next` as in an informer; disposing unsubscribes. */
  onChange<T extends KubeObject>(resource: ResourceType<T>, listener: (next: T | undefined, previous: T | undefined) => void): Disposable;
  /** Writes as the server itself: defaulting and validation, no authorisation, no admission. */
  create<T extends KubeObject>(resource: ResourceType<T>, object: T): Promise<T>;
  /** Reads, changes and writes until no one else wrote in between. Returning undefined leaves the object as it is. */
  change<T extends KubeObject>(
    resource: ResourceType<T>,
    namespace: string,
    name: string,
    change: (current: T) => T | undefined,
  ): Promise<T>;
  /** As {@link change}, of the status. */
  changeStatus<T extends KubeObject>(
    resource: ResourceType<T>,
    namespace: string,
    name: string,
    change: (current: T) => T | undefined,
  ): Promise<T>;
  delete(resource: ResourceType, namespace: string, name: string): Promise<void>;
}
