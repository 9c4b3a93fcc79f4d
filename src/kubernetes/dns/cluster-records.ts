import type { Service } from '../api/generated/core-v1.ts';
import type { EndpointSlice } from '../api/generated/discovery-v1.ts';
import type { Informer } from '../client/informer.ts';
import { dashed } from './names.ts';

const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
const BY_SERVICE = 'service';
const BY_ADDRESS = 'address';

/** One address behind a service, with the name it has below the service's. */
export interface NamedEndpoint {
  name: string;
  address: string;
  ports: { name: string; protocol: string; port: number }[];
}

/** What the cluster says about names: services and endpoints, found by name and by address. */
export class ClusterRecords {
  readonly #services: Informer<Service>;
  readonly #slices: Informer<EndpointSlice>;

  constructor(services: Informer<Service>, slices: Informer<EndpointSlice>) {
    this.#services = services;
    this.#slices = slices;
    services.addIndex(BY_ADDRESS, ({ spec }) => addressesOf(spec));
    slices.addIndex(BY_SERVICE, ({ metadata }) => {
      const name = metadata.labels?.[SERVICE_NAME_LABEL];
      return name ? [`${metadata.namespace}/${name}`] : [];
    });
    slices.addIndex(BY_ADDRESS, ({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses));
  }

  /** Until then an unknown name may only be one that we have not heard of yet. */
  get synced(): boolean {
    return this.#services.hasSynced && this.#slices.hasSynced;
  }

  service(namespace: string, name: string): Service | undefined {
    return this.#services.get(`${namespace}/${name}`);
  }

  hasNamespace(namespace: string): boolean {
    return this.#services.list(namespace).length > 0;
  }

  /** The ready endpoints of a service; a service may ask for its unready ones to count. */
  endpoints(namespace: string, name: string): NamedEndpoint[] {
    const endpoints: NamedEndpoint[] = [];
    for (const slice of this.#slices.byIndex(BY_SERVICE, `${namespace}/${name}`)) {
      const ports = (slice.ports ?? []).flatMap(({ name: port = '', protocol = 'TCP', port: number }) =>
        number ? [{ name: port, protocol: protocol.toLowerCase(), port: number }] : [],
      );
      for (const { addresses, hostname, conditions } of slice.endpoints ?? []) {
        if (conditions?.ready === false) continue;
        for (const address of addresses) endpoints.push({ name: hostname ?? dashed(address), address, ports });
      }
    }
    return endpoints;
  }

  /** Names of an address, without the zone: `web.default.svc`, `web-0.web.default.svc`. */
  namesOf(address: string): string[] {
    const services = this.#services.byIndex(BY_ADDRESS, address).map(({ metadata }) => `${metadata.name}.${metadata.namespace}.svc`);
    if (services.length > 0) return services;
    return this.#slices.byIndex(BY_ADDRESS, address).flatMap((slice) => this.#hostNames(slice, address));
  }

  #hostNames({ metadata, endpoints }: EndpointSlice, address: string): string[] {
    const service = metadata.labels?.[SERVICE_NAME_LABEL];
    if (!service) return [];
    return (endpoints ?? [])
      .filter(({ addresses }) => addresses.includes(address))
      .map(({ hostname }) => `${hostname ?? dashed(address)}.${service}.${metadata.namespace}.svc`);
  }
}

function addressesOf({ clusterIP, clusterIPs }: Service['spec']): string[] {
  const all = clusterIPs?.length ? clusterIPs : clusterIP ? [clusterIP] : [];
  return all.filter((address) => address !== 'None');
}

/** A service without an address of its own: its names are its endpoints'. */
export const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

export { addressesOf };
