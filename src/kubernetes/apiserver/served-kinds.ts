import type { ResourceDefinition } from '../api/define.ts';
import { apiVersionOf } from '../machinery/resource.ts';

/** What is served: the built-in kinds, and custom resources, which come, change and go. */
export class ServedKinds {
  readonly builtIn: readonly ResourceDefinition[];
  readonly #byPlace = new Map<string, ResourceDefinition>();
  /** The versions of custom resources by who defines them. */
  readonly #custom = new Map<string, readonly ResourceDefinition[]>();
  readonly #ends = new WeakMap<ResourceDefinition, AbortController>();
  #all: readonly ResourceDefinition[];

  constructor(builtIn: readonly ResourceDefinition[]) {
    this.builtIn = builtIn;
    this.#all = builtIn;
    for (const definition of builtIn) this.#byPlace.set(placeOf(definition), definition);
  }

  /** The same array until what is served changes. */
  get all(): readonly ResourceDefinition[] {
    return this.#all;
  }

  find(group: string, version: string, plural: string): ResourceDefinition | undefined {
    return this.#byPlace.get(`${apiVersionOf({ group, version })}/${plural}`);
  }

  /** Serves the versions of a custom resource instead of those that `owner` had before; none to serve it no longer. */
  setCustom(owner: string, versions: readonly ResourceDefinition[]): void {
    const before = this.#custom.get(owner) ?? [];
    for (const definition of before) this.#byPlace.delete(placeOf(definition));
    for (const definition of versions) {
      this.#byPlace.set(placeOf(definition), definition);
      this.#ends.set(definition, new AbortController());
    }
    if (versions.length > 0) this.#custom.set(owner, versions);
    else this.#custom.delete(owner);
    this.#all = [...this.builtIn, ...[...this.#custom.values()].flat()];
    for (const definition of before) this.#ends.get(definition)?.abort(new Error('the resource is no longer served like this'));
  }

  /** Aborted when a definition is no longer what is served; built-in ones are until the end. */
  endOf(definition: ResourceDefinition): AbortSignal | undefined {
    return this.#ends.get(definition)?.signal;
  }
}

function placeOf(definition: ResourceDefinition): string {
  return `${apiVersionOf(definition)}/${definition.plural}`;
}
