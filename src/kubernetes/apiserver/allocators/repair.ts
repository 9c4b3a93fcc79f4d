import type { Service } from '../../api/generated/core-v1.ts';
import { services } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { ServerCore, StartHook } from '../extensions.ts';
import { addressesOf, type ClusterIpAllocator } from './cluster-ips.ts';
import { type NodePortAllocator, nodePortsOf } from './node-ports.ts';

/**
 * Looks once, at start, for addresses and ports that two services have or that the range does not hold: a changed
 * range or a restored backup. They keep working, so that they are told and not taken away.
 */
export function serviceRepairHook(addresses: ClusterIpAllocator, ports: NodePortAllocator): StartHook {
  return {
    name: 'start-service-ip-repair-controllers',
    async run({ store, log }) {
      for (const service of store.list(services)) report(service, addresses, ports, log);
    },
  };
}

function report(service: Service, addresses: ClusterIpAllocator, ports: NodePortAllocator, log: ServerCore['log']): void {
  const owner = keyOf(service);
  for (const address of addressesOf(service)) {
    if (!addresses.range.contains(address))
      log.warn({ service: owner, address, range: addresses.range.cidr }, 'cluster IP is outside the service range');
    else if (addresses.isTaken(address, owner)) log.warn({ service: owner, address }, 'cluster IP is allocated to several services');
  }
  for (const port of nodePortsOf(service)) {
    if (ports.isTaken(port, owner)) log.warn({ service: owner, port }, 'node port is allocated to several services');
  }
}
