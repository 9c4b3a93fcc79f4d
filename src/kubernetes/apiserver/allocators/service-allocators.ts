import { services } from '../../api/resources.ts';
import type { ServerCore } from '../extensions.ts';
import { addressMeter, portGauges, portMeter } from './allocation-meter.ts';
import { ClusterIpAllocator } from './cluster-ips.ts';
import { type IpFamily, IpRange } from './ip-range.ts';
import { NodePortAllocator } from './node-ports.ts';
import { PortRecord } from './port-record.ts';
import { ServiceAllocation } from './service-allocation.ts';
import { ServiceNetworks } from './service-networks.ts';

/** Who gives services what no two of them may have. */
export interface ServiceAllocators {
  readonly networks: ServiceNetworks;
  readonly ports: NodePortAllocator;
  readonly record: PortRecord;
}

/** Makes the allocators, and has the registry ask them around every write of a service. */
export function serviceAllocators(
  { config, store, storage, registry, log, metrics }: ServerCore,
  owned: DisposableStack,
): ServiceAllocators {
  const networks = owned.use(new ServiceNetworks(store));
  const record = new PortRecord(storage);
  const ports = new NodePortAllocator(config.serviceNodePortRange, record, portMeter(metrics));
  portGauges(metrics, ports);
  const addresses = new ClusterIpAllocator(store, networks, () => registry.cache.catchUp(), addressMeter(metrics, networks, store));
  registry.hooks.use(
    services,
    new ServiceAllocation({ addresses, ports, families: clusterFamilies(config.serviceClusterIPRange), store, log }),
  );
  return { networks, ports, record };
}

/** The networks of `--service-cluster-ip-range`: one, or one of each family. */
export function configuredNetworks(flag: string): IpRange[] {
  const ranges = flag.split(',').map((cidr) => new IpRange(cidr.trim()));
  const families = new Set(ranges.map(({ family }) => family));
  if (ranges.length > 2 || families.size < ranges.length || ranges.some(({ size }) => size < 2))
    throw new Error(`invalid service cluster IP range ${flag}`);
  return ranges;
}

const clusterFamilies = (flag: string): IpFamily[] => configuredNetworks(flag).map(({ family }) => family);
