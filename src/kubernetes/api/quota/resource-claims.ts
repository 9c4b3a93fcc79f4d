import type { ResourceClaim } from '../generated/resource-v1.ts';
import { type Amounts, countOf, one } from './amounts.ts';
import { countName } from './counts.ts';
import type { QuotaEvaluator } from './evaluator.ts';

const COUNT = countName('resourceclaims.resource.k8s.io');
const DEVICES = '.deviceclass.resource.k8s.io/devices';
/** What a request for all there are is taken to be: the most that can be allocated. */
const ALL = 32;

interface DeviceRequest {
  deviceClassName?: string;
  allocationMode?: string;
  count?: number;
}

/** Counts claims of devices, and the devices by class. */
export const resourceClaimEvaluator: QuotaEvaluator = {
  measures: (resource) => resource === COUNT || resource.endsWith(DEVICES),
  concerns: ({ operation, subresource }) => operation === 'CREATE' && subresource === '',
  inScope: () => false,
  usage: (object) => resourceClaimUsage(object as ResourceClaim),
};

function resourceClaimUsage({ spec }: ResourceClaim): Amounts {
  const devices = new Map<string, number>();
  for (const { exactly, firstAvailable } of spec?.devices?.requests ?? []) {
    for (const [name, count] of mostByClass(exactly ? [exactly] : (firstAvailable ?? [])))
      devices.set(name, (devices.get(name) ?? 0) + count);
  }
  const byClass = [...devices].map(([name, count]) => [name + DEVICES, countOf(count)] as const);
  return { [COUNT]: one, ...Object.fromEntries(byClass) };
}

/** Of alternatives only one is allocated: each class counts as often as its hungriest alternative says. */
function mostByClass(alternatives: readonly DeviceRequest[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const { deviceClassName = '', allocationMode, count } of alternatives) {
    const wanted = allocationMode === 'All' ? ALL : (count ?? 1);
    most.set(deviceClassName, Math.max(most.get(deviceClassName) ?? 0, wanted));
  }
  return most;
}
