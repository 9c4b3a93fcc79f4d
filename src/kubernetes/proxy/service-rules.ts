import type { Service, ServicePort } from '../api/generated/core-v1.ts';
import type { EndpointSlice } from '../api/generated/discovery-v1.ts';
import { keyOf } from '../machinery/meta.ts';
import { type Backend, type Backends, type Place, selectBackends } from './endpoint-selection.ts';
import { emptyFragment, type Fragment } from './fragment.ts';
import { type Frontend, frontendsOf, isProxied } from './frontends.ts';
import { addStickyPicker, randomPicker } from './pickers.ts';
import { outermostRanges } from './source-ranges.ts';

/** As the API server's default. */
const AFFINITY_SECONDS = 10_800;

export interface ServiceContext {
  place: Place;
  /** Pods' addresses: their traffic is never "external", whatever address they use. */
  clusterCIDR: string;
}

/** Everything the table needs for one service. Pure: the same objects make the same rules on every node but for locality. */
export function rulesFor(service: Service, slices: readonly EndpointSlice[], context: ServiceContext): Fragment {
  const fragment = emptyFragment();
  if (!isProxied(service)) return fragment;
  for (const port of service.spec.ports ?? []) {
    const backends = selectBackends(service, port, slices, context.place);
    const rules = new PortRules(fragment, service, port, backends, context);
    for (const frontend of frontendsOf(service, port)) rules.add(frontend);
    addHairpins(fragment, backends);
  }
  return fragment;
}

function addHairpins({ elements }: Fragment, { cluster, local }: Backends): void {
  const here = new Set([...cluster.filter((backend) => backend.local), ...local].map(({ ip }) => ip));
  for (const ip of here) elements.push({ set: 'hairpins', key: `${ip} . ${ip}` });
}

/** The rules of one port of a service. */
class PortRules {
  readonly #fragment: Fragment;
  readonly #protocol: string;
  readonly #backends: Backends;
  readonly #clusterCIDR: string;
  /** Seconds a client stays with its endpoint, if it does. */
  readonly #affinity: number | undefined;
  readonly #id: string;

  constructor(fragment: Fragment, service: Service, port: ServicePort, backends: Backends, { clusterCIDR }: ServiceContext) {
    this.#fragment = fragment;
    this.#protocol = (port.protocol ?? 'TCP').toLowerCase();
    this.#backends = backends;
    this.#clusterCIDR = clusterCIDR;
    this.#id = `${keyOf(service)}/${this.#protocol}/${port.port}`;
    if (service.spec.sessionAffinity === 'ClientIP') {
      this.#affinity = service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS;
    }
  }

  add(frontend: Frontend): void {
    if (frontend.kind === 'external') this.#restrict(frontend);
    const verdict = frontend.kind === 'cluster' ? this.#inside(frontend) : this.#outside(frontend);
    const set = frontend.kind === 'node' ? 'node-ports' : 'frontends';
    const unserved = frontend.kind === 'node' ? 'unserved-node-ports' : 'unserved';
    const key = this.#keyOf(frontend);
    if (verdict === 'refuse' || verdict === 'drop') {
      this.#fragment.elements.push({ set: unserved, key, value: verdict === 'drop' ? 'drop' : 'goto refuse' });
    } else {
      this.#fragment.elements.push({ set, key, value: `goto ${verdict}` });
    }
  }

  /** Through the cluster IP: the name of the chain, or how those without an endpoint are turned away. */
  #inside(frontend: Frontend): string {
    const { cluster, local, any } = this.#backends;
    if (!any) return 'refuse';
    if (frontend.localOnly && local.length === 0) return 'drop';
    const picker = frontend.localOnly ? this.#picker(frontend, 'local', local) : this.#picker(frontend, 'cluster', cluster);
    return this.#chain(`inside/${picker}`, ['jump mark-outsiders', `goto ${picker}`]);
  }

  /** Through a node port, external or load balancer address. */
  #outside(frontend: Frontend): string {
    const { cluster, local, any } = this.#backends;
    if (!any) return 'refuse';
    const anywhere = this.#picker(frontend, 'cluster', cluster);
    if (!frontend.localOnly) return this.#chain(`outside/${anywhere}`, ['jump mark-masquerade', `goto ${anywhere}`]);
    const here = local.length > 0 ? this.#picker(frontend, 'local', local) : undefined;
    return this.#chain(`outside/${anywhere}/${here ?? 'none'}`, [
      // Only traffic from outside must stay here and keep its source; what is inside already may go anywhere.
      `ip saddr ${this.#clusterCIDR} goto ${anywhere}`,
      'fib saddr type local jump mark-masquerade',
      `fib saddr type local goto ${anywhere}`,
      here ? `goto ${here}` : 'drop',
    ]);
  }

  #picker(frontend: Frontend, scope: 'cluster' | 'local', backends: readonly Backend[]): string {
    if (this.#affinity !== undefined) return addStickyPicker(this.#fragment, this.#id, scope, backends, this.#affinity);
    const set = `${frontend.kind === 'node' ? 'node-port-' : ''}${scope === 'local' ? 'local-' : ''}endpoints` as const;
    const key = this.#keyOf(frontend);
    for (const [index, { ip, port }] of backends.entries()) {
      this.#fragment.elements.push({ set, key: `${key} . ${index}`, value: `${ip} . ${port}` });
    }
    return randomPicker(this.#fragment, set, backends.length);
  }

  #restrict({ ip, port, sources }: Extract<Frontend, { kind: 'external' }>): void {
    if (sources.length === 0) return;
    const key = `${ip} . ${this.#protocol} . ${port}`;
    this.#fragment.elements.push({ set: 'restricted', key });
    for (const range of outermostRanges(sources)) this.#fragment.elements.push({ set: 'allowed-sources', key: `${key} . ${range}` });
  }

  #keyOf(frontend: Frontend): string {
    return frontend.kind === 'node' ? `${this.#protocol} . ${frontend.port}` : `${frontend.ip} . ${this.#protocol} . ${frontend.port}`;
  }

  #chain(name: string, rules: readonly string[]): string {
    this.#fragment.chains.set(name, rules);
    return name;
  }
}
