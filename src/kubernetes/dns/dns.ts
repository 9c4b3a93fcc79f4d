import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Service } from '../api/generated/core-v1.ts';
import type { EndpointSlice } from '../api/generated/discovery-v1.ts';
import { endpointSlices, services } from '../api/resources.ts';
import type { Informers } from '../client/informers.ts';
import { ClusterRecords } from './cluster-records.ts';
import { ClusterZone } from './cluster-zone.ts';
import { DnsServer } from './dns-server.ts';
import { Forwarder } from './forwarder.ts';
import { HealthServer } from './health-server.ts';
import { Resolver } from './resolver.ts';

export interface DnsOptions {
  informers: Informers;
  /** `cluster.local` */
  domain: string;
  address: string;
  port: number;
  healthPort: number;
  /** Name servers for all other names. */
  nameservers: readonly string[];
  clock: Clock;
  log: Log;
}

/** Serves the cluster's names until `signal` aborts. */
export async function runDns(options: DnsOptions, signal: AbortSignal): Promise<void> {
  const { informers, clock, log } = options;
  const records = new ClusterRecords(informers.of(services, {}, leanService), informers.of(endpointSlices, {}, leanSlice));
  const upstreams = options.nameservers.map((address) => ({ address, port: 53 }));
  const resolver = new Resolver(new ClusterZone(options.domain, records), new Forwarder(upstreams, clock), log);

  await using health = new HealthServer(informers.synced());
  await health.listen(options.healthPort);
  await using server = new DnsServer(resolver, log);
  await server.listen(options.port, options.address);
  const stopped = aborted(signal);
  await Promise.race([informers.synced(), stopped]);
  log.info({ domain: options.domain, nameservers: options.nameservers }, 'answering');
  await stopped;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

const leanMeta = ({ name, namespace, uid, resourceVersion, labels }: Service['metadata']) => ({
  name,
  namespace,
  uid,
  resourceVersion,
  labels,
});

/** Only what names need: the cache is most of this process's memory in a large cluster. */
function leanService({ metadata, spec: { type, clusterIP, clusterIPs, externalName, ports } }: Service): Service {
  return {
    metadata: leanMeta(metadata),
    spec: { type, clusterIP, clusterIPs, externalName, ports: ports?.map(({ name, protocol, port }) => ({ name, protocol, port })) },
  };
}

function leanSlice({ metadata, addressType, ports, endpoints }: EndpointSlice): EndpointSlice {
  return {
    metadata: leanMeta(metadata),
    addressType,
    ports,
    endpoints: endpoints?.map(({ addresses, hostname, conditions }) => ({ addresses, hostname, conditions })),
  };
}
