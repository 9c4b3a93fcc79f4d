import { Gauge, type Registry } from 'prom-client';
import { ipAddresses } from '../../api/resources.ts';
import { readGauge, type Sample } from '../metrics/read-counter.ts';
import { TallyCounter } from '../metrics/tally-counter.ts';
import { TallyHistogram } from '../metrics/tally-histogram.ts';
import type { ObjectStore } from '../registry.ts';
import type { NodePortAllocator } from './node-ports.ts';
import type { ServiceNetworks } from './service-networks.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Whether somebody named what they want, or takes what there is. */
export type AllocationScope = 'static' | 'dynamic';

/** Counts what is given out of one kind of thing; `range` is the network, where there are several. */
export interface AllocationMeter {
  allocated(scope: AllocationScope, range?: string, ms?: number): void;
  refused(scope: AllocationScope, range?: string): void;
}

export const silentAllocationMeter: AllocationMeter = { allocated() {}, refused() {} };

/** `kube_apiserver_clusterip_allocator_*`. */
export function addressMeter(registry: Registry, networks: ServiceNetworks, store: ObjectStore): AllocationMeter {
  const prefix = 'kube_apiserver_clusterip_allocator_';
  const registers = [registry];
  const labelNames = ['cidr', 'scope'];
  const total = new TallyCounter({ name: `${prefix}allocation_total`, help: 'Addresses given to services.', labelNames, registers });
  const errors = new TallyCounter({ name: `${prefix}allocation_errors_total`, help: 'Addresses refused.', labelNames, registers });
  const durations = new TallyHistogram({
    name: `${prefix}allocation_duration_seconds`,
    help: 'How long choosing an address took.',
    labelNames: ['cidr'],
    buckets: SECONDS,
    registers,
  });
  const used = (value: (taken: number, size: number) => number) => (): Sample[] => {
    const addresses = store.list(ipAddresses).map(({ metadata }) => metadata.name ?? '');
    return [...networks.ready('IPv4'), ...networks.ready('IPv6')].map((range) => {
      const taken = addresses.filter((address) => range.contains(address)).length;
      return [{ cidr: range.cidr }, value(taken, range.size)] as const;
    });
  };
  const gauge = (name: string, help: string, value: (taken: number, size: number) => number) =>
    readGauge(registry, { name: prefix + name, help, labelNames: ['cidr'] }, used(value));
  gauge('allocated_ips', 'Addresses that services have.', (taken) => taken);
  gauge('available_ips', 'Addresses that services may be given.', (taken, size) => size - taken);
  return {
    allocated(scope, cidr = '', ms) {
      total.of({ cidr, scope }).inc();
      if (ms !== undefined) durations.of({ cidr }).observe(ms / 1000);
    },
    refused: (scope, cidr = '') => errors.of({ cidr, scope }).inc(),
  };
}

/** `kube_apiserver_nodeport_allocator_*`, but for what is taken at the moment. */
export function portMeter(registry: Registry): AllocationMeter {
  const prefix = 'kube_apiserver_nodeport_allocator_';
  const registers = [registry];
  const labelNames = ['scope'];
  const total = new TallyCounter({ name: `${prefix}allocation_total`, help: 'Node ports given to services.', labelNames, registers });
  const errors = new TallyCounter({ name: `${prefix}allocation_errors_total`, help: 'Node ports refused.', labelNames, registers });
  return {
    allocated: (scope) => total.of({ scope }).inc(),
    refused: (scope) => errors.of({ scope }).inc(),
  };
}

/** How many node ports are taken, and how many are not. */
export function portGauges(registry: Registry, ports: NodePortAllocator): void {
  const gauge = (name: string, help: string, value: (taken: number) => number) => {
    const made: Gauge = new Gauge({
      name: `kube_apiserver_nodeport_allocator_${name}`,
      help,
      registers: [registry],
      collect: async () => made.set(value(await ports.countTaken())),
    });
  };
  gauge('allocated_ports', 'Node ports that services have.', (taken) => taken);
  gauge('available_ports', 'Node ports that services may be given.', (taken) => ports.size - taken);
}
