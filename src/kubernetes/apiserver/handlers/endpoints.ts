import type { ResourceDefinition } from '../../api/define.ts';
import { groupResource } from '../../machinery/resource.ts';
import type { ObservedResource } from '../extensions.ts';
import type { RequestInfo } from '../request.ts';
import type { ServedKinds } from '../served-kinds.ts';
import type { Endpoint } from './endpoint.ts';

/** What all endpoints have in common. */
type Common = Pick<Endpoint, 'registry' | 'storage' | 'clock' | 'limits' | 'authorizer'>;

/** The endpoints of everything that is served, each made when it is first asked for. */
export class Endpoints {
  readonly #kinds: ServedKinds;
  readonly #common: Common;
  readonly #observed: ReadonlyMap<string, ObservedResource>;
  readonly #made = new WeakMap<ResourceDefinition, Endpoint>();

  constructor(kinds: ServedKinds, common: Common, observed: readonly ObservedResource[]) {
    this.#kinds = kinds;
    this.#observed = new Map(observed.map((resource) => [groupResource(resource), resource]));
    this.#common = common;
  }

  find({ group, version, resource }: Pick<RequestInfo, 'group' | 'version' | 'resource'>): Endpoint | undefined {
    const definition = this.#kinds.find(group, version, resource);
    return definition && (this.#made.get(definition) ?? this.#make(definition));
  }

  servesGroup(group: string): boolean {
    return this.#kinds.all.some((definition) => definition.group === group);
  }

  #make(definition: ResourceDefinition): Endpoint {
    const cache = this.#common.registry.cache.cacheOf(definition);
    const endpoint: Endpoint = {
      ...this.#common,
      definition,
      cache,
      observed: this.#observed.get(groupResource(definition)),
      ended: this.#kinds.endOf(definition),
    };
    this.#made.set(definition, endpoint);
    return endpoint;
  }
}
