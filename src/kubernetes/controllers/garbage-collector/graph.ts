import type { KubeObject, OwnerReference } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

/** An object as garbage collection sees it. */
export interface GraphNode {
  readonly uid: string;
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly owners: readonly OwnerReference[];
  /** It is being deleted. */
  readonly deleting: boolean;
  /** It goes when its dependents are gone. */
  readonly waitsForDependents: boolean;
  /** Its dependents are to be let go before it goes. */
  readonly orphansDependents: boolean;
}

export function nodeOf(type: ResourceType, { metadata }: KubeObject): GraphNode {
  const { uid = '', namespace, name = '', ownerReferences = [], deletionTimestamp, finalizers = [] } = metadata;
  const deleting = deletionTimestamp !== undefined;
  return {
    uid,
    type,
    namespace,
    name,
    owners: ownerReferences,
    deleting,
    waitsForDependents: deleting && finalizers.includes(FOREGROUND),
    orphansDependents: deleting && finalizers.includes(ORPHAN),
  };
}

/** Who owns whom, by uid. */
export class OwnerGraph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #dependents = new Map<string, Set<string>>();

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** Takes in an object as it is now; returns what it was. */
  set(node: GraphNode): GraphNode | undefined {
    const previous = this.#nodes.get(node.uid);
    for (const { uid } of previous?.owners ?? []) this.#unlink(uid, node.uid);
    for (const { uid } of node.owners) this.#link(uid, node.uid);
    this.#nodes.set(node.uid, node);
    return previous;
  }

  delete(uid: string): GraphNode | undefined {
    const previous = this.#nodes.get(uid);
    for (const owner of previous?.owners ?? []) this.#unlink(owner.uid, uid);
    this.#nodes.delete(uid);
    return previous;
  }

  dependentsOf(uid: string): GraphNode[] {
    const found = [...(this.#dependents.get(uid) ?? [])].map((dependent) => this.#nodes.get(dependent));
    return found.filter((node) => node !== undefined);
  }

  /** Dependents that keep their owner from going. */
  blockersOf(uid: string): GraphNode[] {
    return this.dependentsOf(uid).filter(({ owners }) => owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion));
  }

  #link(owner: string, dependent: string): void {
    const dependents = this.#dependents.get(owner);
    if (dependents) dependents.add(dependent);
    else this.#dependents.set(owner, new Set([dependent]));
  }

  #unlink(owner: string, dependent: string): void {
    const dependents = this.#dependents.get(owner);
    dependents?.delete(dependent);
    if (dependents?.size === 0) this.#dependents.delete(owner);
  }
}
