import type { Clock } from '../../base/clock.ts';
import { Coalesced } from '../../base/coalesced.ts';
import type { Log } from '../../base/log.ts';
import type { Service } from '../api/generated/core-v1.ts';
import type { EndpointSlice } from '../api/generated/discovery-v1.ts';
import { endpointSlices, services } from '../api/resources.ts';
import type { Informer } from '../client/informer.ts';
import type { Informers } from '../client/informers.ts';
import { keyOf } from '../machinery/meta.ts';
import { type Flow, staleFlows, udpFlows } from './conntrack.ts';
import { type Place, selectBackends } from './endpoint-selection.ts';
import { isProxied, PROXY_NAME_LABEL } from './frontends.ts';
import { guardRules } from './guard.ts';
import { HealthCheckServers, type LocalHealth } from './health-check-servers.ts';
import { Ruleset } from './ruleset.ts';
import { rulesFor } from './service-rules.ts';
import type { NodeFacts } from './static-rules.ts';

/** Programs of the node that the proxy needs; tests run them in a network namespace. */
interface ProxyPrograms {
  /** Loads nftables commands as one transaction. */
  loadRules(commands: string): Promise<void>;
  /** Runs `conntrack`. */
  conntrack(args: readonly string[]): Promise<void>;
}

export interface KubeProxyOptions extends NodeFacts {
  informers: Informers;
  place: Place;
  serviceCIDR: string;
  programs: ProxyPrograms;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

const NOT_OURS = `!${PROXY_NAME_LABEL},!service.kubernetes.io/headless`;
const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
const BY_SERVICE = 'service';

const serviceOf = ({ metadata }: EndpointSlice) => {
  const name = metadata.labels?.[SERVICE_NAME_LABEL];
  return name ? `${metadata.namespace}/${name}` : undefined;
};

/** Turns Services and EndpointSlices into nftables rules of this node, until the signal aborts. */
export async function startKubeProxy(options: KubeProxyOptions): Promise<void> {
  const { informers, programs, serviceCIDR, clock, log, signal } = options;
  await programs.loadRules(guardRules(serviceCIDR));
  const serviceInformer = informers.of(services, { labelSelector: NOT_OURS });
  const sliceInformer = informers.of(endpointSlices, { labelSelector: NOT_OURS });
  sliceInformer.addIndex(BY_SERVICE, (slice) => [serviceOf(slice) ?? []].flat());

  const proxy = new KubeProxy(options, serviceInformer, sliceInformer);
  const sync = new Coalesced({
    clock,
    interval: 50,
    task: () => proxy.sync(),
    onError: (error) => log.error({ err: error }, 'loading service rules failed'),
  });
  const touch = (key: string | undefined) => {
    if (key) proxy.touch(key);
    sync.request();
  };
  const subscriptions = [
    serviceInformer.onChange(({ next, previous }) => touch(keyOf((next ?? previous) as Service))),
    sliceInformer.onChange(({ next, previous }) => {
      for (const slice of [next, previous]) if (slice) touch(serviceOf(slice));
    }),
  ];
  sync.request();
  signal.addEventListener('abort', () => {
    for (const subscription of subscriptions) subscription[Symbol.dispose]();
    sync[Symbol.dispose]();
    proxy[Symbol.dispose]();
  });
}

class KubeProxy implements Disposable {
  readonly #options: KubeProxyOptions;
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;
  readonly #ruleset: Ruleset;
  readonly #touched = new Set<string>();
  readonly #flows = new Map<string, Map<string, Flow>>();
  readonly #health = new Map<string, { port: number; health: LocalHealth }>();
  readonly #healthServers: HealthCheckServers;
  /** conntrack commands that wait for the rules they follow. */
  readonly #stale: string[][] = [];
  /** False until the table is known to hold what was committed. */
  #loaded = false;

  constructor(options: KubeProxyOptions, serviceInformer: Informer<Service>, sliceInformer: Informer<EndpointSlice>) {
    this.#options = options;
    this.#services = serviceInformer;
    this.#slices = sliceInformer;
    this.#ruleset = new Ruleset(options);
    this.#healthServers = new HealthCheckServers(options.log);
  }

  /** The next sync looks at this service again. */
  touch(key: string): void {
    this.#touched.add(key);
  }

  async sync(): Promise<void> {
    await Promise.all([this.#services.synced, this.#slices.synced]);
    const keys = [...this.#touched];
    this.#touched.clear();
    for (const key of keys) this.#stale.push(...this.#update(key));
    await this.#load();
    this.#healthServers.update(new Map([...this.#health.values()].map(({ port, health }) => [port, health])));
    // After the rules: a packet in between would be remembered wrongly again.
    for (const args of this.#stale.splice(0)) await this.#options.programs.conntrack(args);
  }

  [Symbol.dispose](): void {
    this.#healthServers[Symbol.dispose]();
  }

  /** Takes in a service as it is now; returns the conntrack commands that its change asks for. */
  #update(key: string): string[][] {
    const { place } = this.#options;
    const service = this.#services.get(key);
    const slices = this.#slices.byIndex(BY_SERVICE, key);
    this.#ruleset.put(key, service && rulesFor(service, slices, this.#options));
    this.#updateHealth(key, service, slices);

    const before = this.#flows.get(key) ?? new Map<string, Flow>();
    const now = service ? udpFlows(service, slices, place) : new Map<string, Flow>();
    if (now.size > 0) this.#flows.set(key, now);
    else this.#flows.delete(key);
    return staleFlows(before, now);
  }

  #updateHealth(key: string, service: Service | undefined, slices: readonly EndpointSlice[]): void {
    const port = service?.spec.healthCheckNodePort;
    if (!service || !port || !isProxied(service)) {
      this.#health.delete(key);
      return;
    }
    const local = (service.spec.ports ?? []).flatMap((each) => selectBackends(service, each, slices, this.#options.place).local);
    const { namespace = '', name = '' } = service.metadata;
    this.#health.set(key, { port, health: { namespace, name, localEndpoints: new Set(local.map(({ ip }) => ip)).size } });
  }

  async #load(): Promise<void> {
    const commands = this.#loaded ? this.#ruleset.changes() : this.#ruleset.everything();
    if (commands === '') return;
    // If this fails nobody knows why: the next attempt makes the table anew.
    this.#loaded = false;
    await this.#options.programs.loadRules(commands);
    this.#ruleset.commit();
    this.#loaded = true;
  }
}
