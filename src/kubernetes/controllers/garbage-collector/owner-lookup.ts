import type { ApiClient } from '../../client/api-client.ts';
import type { OwnerReference } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { parseApiVersion } from '../../machinery/resource.ts';
import { isNotFound } from '../../machinery/status.ts';
import type { GraphNode, OwnerGraph } from './graph.ts';
import { FOREGROUND } from './graph.ts';

/** Whether an owner is there, gone, or going once its dependents are gone. */
export type OwnerState = 'solid' | 'dangling' | 'waiting';

const MAX_REMEMBERED = 500;

/** Finds out about owners: from the graph, and where that does not know them from the server. */
export class OwnerLookup {
  readonly #api: ApiClient;
  readonly #graph: OwnerGraph;
  readonly #types: () => readonly ResourceType[];
  /** A uid that was gone stays gone. */
  readonly #absent = new Set<string>();

  constructor(api: ApiClient, graph: OwnerGraph, types: () => readonly ResourceType[]) {
    this.#api = api;
    this.#graph = graph;
    this.#types = types;
  }

  /** True where the graph alone knows that nothing is wrong with any owner: the everyday case, which costs no request. */
  allSolid(dependent: GraphNode): boolean {
    return dependent.owners.every((owner) => {
      const known = this.#graph.get(owner.uid);
      return known !== undefined && isNamedBy(known, owner, dependent) && !known.waitsForDependents;
    });
  }

  async stateOf(owner: OwnerReference, dependent: GraphNode, signal: AbortSignal): Promise<OwnerState> {
    if (this.#absent.has(owner.uid)) return 'dangling';
    const known = this.#graph.get(owner.uid);
    if (known && isNamedBy(known, owner, dependent)) return known.waitsForDependents ? 'waiting' : 'solid';
    return this.#ask(owner, dependent, signal);
  }

  gone(uid: string): void {
    this.#absent.add(uid);
    if (this.#absent.size > MAX_REMEMBERED) this.#absent.delete(this.#absent.values().next().value as string);
  }

  async #ask(owner: OwnerReference, dependent: GraphNode, signal: AbortSignal): Promise<OwnerState> {
    const type = this.#typeOf(owner);
    // Nobody can say whether something of an unknown kind exists; and what is in no namespace can have no owner in one.
    if (!type || (type.namespaced && !dependent.namespace)) return 'solid';
    try {
      const { metadata } = await this.#api.get(
        type,
        { namespace: type.namespaced ? dependent.namespace : undefined, name: owner.name },
        signal,
      );
      if (metadata.uid !== owner.uid) return this.#remember(owner.uid);
      return metadata.deletionTimestamp && metadata.finalizers?.includes(FOREGROUND) ? 'waiting' : 'solid';
    } catch (error) {
      if (isNotFound(error)) return this.#remember(owner.uid);
      throw error;
    }
  }

  #remember(uid: string): OwnerState {
    this.gone(uid);
    return 'dangling';
  }

  #typeOf({ apiVersion, kind }: OwnerReference): ResourceType | undefined {
    const { group, version } = parseApiVersion(apiVersion);
    const ofKind = this.#types().filter((type) => type.group === group && type.kind === kind);
    return ofKind.find((type) => type.version === version) ?? ofKind[0];
  }
}

/** Owners are in the dependent's namespace, or in none. */
function isNamedBy(known: GraphNode, owner: OwnerReference, dependent: GraphNode): boolean {
  return (
    known.name === owner.name &&
    known.type.kind === owner.kind &&
    (known.namespace === undefined || known.namespace === dependent.namespace)
  );
}
