import type { ApiClient, DeleteOptions } from '../../client/api-client.ts';
import type { KubeObject, OwnerReference } from '../../machinery/meta.ts';
import { isConflict, isNotFound } from '../../machinery/status.ts';
import type { GraphNode, OwnerGraph } from './graph.ts';
import { FOREGROUND, ORPHAN } from './graph.ts';
import type { OwnerLookup, OwnerState } from './owner-lookup.ts';

export interface CollectorParts {
  api: ApiClient;
  graph: OwnerGraph;
  owners: OwnerLookup;
  /** Has an object looked at (again). */
  enqueue(uid: string): void;
}

/** Deletes what has no owner left, and has owners wait for, or let go of, what they own. */
export class Collector {
  readonly #parts: CollectorParts;

  constructor(parts: CollectorParts) {
    this.#parts = parts;
  }

  /** Does for an object whatever there is to do. */
  async process(uid: string, signal: AbortSignal): Promise<void> {
    const node = this.#parts.graph.get(uid);
    if (!node) return;
    if (node.orphansDependents) await this.#letDependentsGo(node, signal);
    else if (node.waitsForDependents) await this.#waitForDependents(node, signal);
    else if (!node.deleting && node.owners.length > 0) await this.#checkOwners(node, signal);
  }

  async #letDependentsGo(node: GraphNode, signal: AbortSignal): Promise<void> {
    for (const dependent of this.#parts.graph.dependentsOf(node.uid)) {
      await this.#change(dependent, (object) => withoutOwners(object, (owner) => owner.uid === node.uid), signal);
    }
    await this.#change(node, (object) => withoutFinalizer(object, ORPHAN), signal);
  }

  async #waitForDependents(node: GraphNode, signal: AbortSignal): Promise<void> {
    const { graph, enqueue } = this.#parts;
    for (const dependent of graph.dependentsOf(node.uid)) if (!dependent.deleting) enqueue(dependent.uid);
    if (graph.blockersOf(node.uid).length === 0) await this.#change(node, (object) => withoutFinalizer(object, FOREGROUND), signal);
  }

  async #checkOwners(node: GraphNode, signal: AbortSignal): Promise<void> {
    if (this.#parts.owners.allSolid(node)) return;
    const live = await this.#read(node, signal);
    // Told by the cache of an object that is gone already, or of its namesake.
    if (!live || live.metadata.uid !== node.uid || live.metadata.deletionTimestamp) return;
    const owners = live.metadata.ownerReferences ?? [];
    const states = new Map<OwnerReference, OwnerState>();
    for (const owner of owners) states.set(owner, await this.#parts.owners.stateOf(owner, node, signal));
    const having = (state: OwnerState) => owners.filter((owner) => states.get(owner) === state);
    if (owners.length === 0) return;
    if (having('solid').length > 0) {
      const superfluous = new Set([...having('dangling'), ...having('waiting')].map(({ uid }) => uid));
      if (superfluous.size > 0) await this.#change(node, (object) => withoutOwners(object, ({ uid }) => superfluous.has(uid)), signal);
      return;
    }
    await this.#delete(node, live, having('waiting').length > 0, signal);
  }

  async #delete(node: GraphNode, live: KubeObject, ownersWait: boolean, signal: AbortSignal): Promise<void> {
    const { api, graph } = this.#parts;
    const dependents = graph.dependentsOf(node.uid);
    if (ownersWait && dependents.some(({ waitsForDependents }) => waitsForDependents)) {
      // A circle of owners waiting for each other: this one must not block.
      await this.#change(node, unblocking, signal);
    }
    const propagationPolicy = ownersWait && dependents.length > 0 ? 'Foreground' : policyOf(live);
    const { namespace, name, uid } = node;
    try {
      await api.delete(node.type, { namespace, name }, { propagationPolicy, preconditions: { uid, resourceVersion: undefined } }, signal);
    } catch (error) {
      if (!isNotFound(error) && !isConflict(error)) throw error;
    }
  }

  /** Changes the object as it is on the server now; someone else's write in between is an error and a retry. */
  async #change(node: GraphNode, patchOf: (live: KubeObject) => object | undefined, signal: AbortSignal): Promise<void> {
    const live = await this.#read(node, signal);
    if (!live || live.metadata.uid !== node.uid) return;
    const changes = patchOf(live);
    if (!changes) return;
    const { resourceVersion, uid } = live.metadata;
    const patch = { metadata: { resourceVersion, uid, ...changes } };
    try {
      await this.#parts.api.patch(node.type, node, patch, { type: 'merge' }, signal);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #read({ type, namespace, name }: GraphNode, signal: AbortSignal): Promise<KubeObject | undefined> {
    try {
      return await this.#parts.api.get(type, { namespace, name }, signal);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }
}

function withoutOwners({ metadata }: KubeObject, superfluous: (owner: OwnerReference) => boolean): object | undefined {
  const present = metadata.ownerReferences ?? [];
  const ownerReferences = present.filter((owner) => !superfluous(owner));
  return ownerReferences.length === present.length ? undefined : { ownerReferences };
}

function withoutFinalizer({ metadata }: KubeObject, finalizer: string): object | undefined {
  const { finalizers = [] } = metadata;
  return finalizers.includes(finalizer) ? { finalizers: finalizers.filter((each) => each !== finalizer) } : undefined;
}

function unblocking({ metadata }: KubeObject): object | undefined {
  const present = metadata.ownerReferences ?? [];
  if (!present.some(({ blockOwnerDeletion }) => blockOwnerDeletion)) return undefined;
  return { ownerReferences: present.map((owner) => ({ ...owner, blockOwnerDeletion: false })) };
}

/** What the object's own finalizers ask for goes on. */
function policyOf({ metadata }: KubeObject): DeleteOptions['propagationPolicy'] {
  if (metadata.finalizers?.includes(ORPHAN)) return 'Orphan';
  return metadata.finalizers?.includes(FOREGROUND) ? 'Foreground' : 'Background';
}
