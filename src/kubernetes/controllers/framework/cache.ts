import { controllerOf } from '../../api/helpers/owners.ts';
import type { Informer } from '../../client/informer.ts';
import type { Informers, Selection } from '../../client/informers.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';

const BY_CONTROLLER = 'controller';
const ORPHANS = 'orphans';

/** What reconciles read: local copies of the server's objects. They are shared: copy before you change one. */
export class Cache {
  readonly #informers: Informers;
  readonly #serves: (type: ResourceType) => boolean;

  /** `serves` tells which types the server has; of the others there is nothing to be read. */
  constructor(informers: Informers, serves: (type: ResourceType) => boolean = () => true) {
    this.#informers = informers;
    this.#serves = serves;
  }

  serves(type: ResourceType): boolean {
    return this.#serves(type);
  }

  /** The informer behind the reads, or one of its own for a selection of the type's objects. */
  informer<T extends KubeObject>(type: ResourceType<T>, selection?: Selection): Informer<T> {
    return this.#informers.of(type, selection);
  }

  get<T extends KubeObject>(type: ResourceType<T>, key: string): T | undefined {
    return this.#serves(type) ? this.#informers.of(type).get(key) : undefined;
  }

  /** All objects, or those of one namespace. */
  list<T extends KubeObject>(type: ResourceType<T>, namespace?: string): T[] {
    return this.#serves(type) ? this.#informers.of(type).list(namespace) : [];
  }

  byIndex<T extends KubeObject>(type: ResourceType<T>, name: string, value: string): T[] {
    return this.#informers.of(type).byIndex(name, value);
  }

  /** What `owner` controls. */
  ownedBy<T extends KubeObject>(type: ResourceType<T>, owner: KubeObject): T[] {
    return this.byIndex(type, BY_CONTROLLER, owner.metadata.uid ?? '');
  }

  /** Objects of a namespace without a controller. */
  orphans<T extends KubeObject>(type: ResourceType<T>, namespace: string): T[] {
    return this.byIndex(type, ORPHANS, namespace);
  }

  /** Makes {@link ownedBy} and {@link orphans} work for the type. */
  indexOwners(type: ResourceType): void {
    const informer = this.#informers.of(type);
    informer.addIndex(BY_CONTROLLER, (object) => {
      const owner = controllerOf(object);
      return owner ? [owner.uid] : [];
    });
    informer.addIndex(ORPHANS, (object) => (controllerOf(object) ? [] : [object.metadata.namespace ?? '']));
  }
}
