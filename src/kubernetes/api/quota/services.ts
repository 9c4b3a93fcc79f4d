import type { Service } from '../generated/core-v1.ts';
import { type Amounts, countOf, one } from './amounts.ts';
import { countName } from './counts.ts';
import type { QuotaEvaluator } from './evaluator.ts';

const COUNT = countName('services');
const NAMES = new Set([COUNT, 'services', 'services.nodeports', 'services.loadbalancers']);

/** Counts services, their node ports, and those that want a load balancer. */
export const serviceEvaluator: QuotaEvaluator = {
  measures: (resource) => NAMES.has(resource),
  // A service can change its type.
  concerns: ({ operation }) => operation === 'CREATE' || operation === 'UPDATE',
  inScope: () => false,
  usage: (object) => serviceUsage(object as Service),
};

function serviceUsage(service: Service): Amounts {
  return {
    [COUNT]: one,
    services: one,
    'services.loadbalancers': countOf(service.spec?.type === 'LoadBalancer' ? 1 : 0),
    'services.nodeports': countOf(nodePorts(service)),
  };
}

/** Ports that are about to be allocated count as well. */
function nodePorts({ spec }: Service): number {
  const ports = spec?.ports ?? [];
  if (spec?.type === 'NodePort') return ports.length;
  if (spec?.type !== 'LoadBalancer') return 0;
  return spec.allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort).length : ports.length;
}
