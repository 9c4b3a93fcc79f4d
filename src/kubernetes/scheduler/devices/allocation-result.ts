import { randomUUID } from 'node:crypto';
import type { NodeSelector, NodeSelectorRequirement } from '../../api/generated/core-v1.ts';
import type {
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
  ResourceClaim,
} from '../../api/generated/resource-v1.ts';
import type { Quantities } from './capacity.ts';
import type { PoolDevice } from './pools.ts';
import { type Alternative, concerns } from './requests.ts';

/** A device that was found for a request. */
export interface Chosen {
  readonly alternative: Alternative;
  readonly device: PoolDevice;
  /** Of a device that is shared. */
  readonly consumed?: Quantities;
}

/** What the status of a claim says of the devices it got. */
export function allocationFor(claim: ResourceClaim, chosen: readonly Chosen[], node: string): AllocationResult {
  const config = configurationsOf(claim, chosen);
  const nodeSelector = selectorOf(chosen, node);
  return {
    devices: { results: chosen.map(resultOf), ...(config.length > 0 ? { config } : {}) },
    ...(nodeSelector ? { nodeSelector } : {}),
  };
}

function resultOf({ alternative, device, consumed }: Chosen): DeviceRequestAllocationResult {
  const { name, adminAccess, tolerations } = alternative;
  const { bindingConditions, bindingFailureConditions } = device.device;
  return {
    request: name,
    driver: device.driver,
    pool: device.pool.name,
    device: device.device.name,
    ...(adminAccess ? { adminAccess } : {}),
    ...(tolerations.length > 0 ? { tolerations: [...tolerations] } : {}),
    ...(bindingConditions?.length ? { bindingConditions: [...bindingConditions] } : {}),
    ...(bindingFailureConditions?.length ? { bindingFailureConditions: [...bindingFailureConditions] } : {}),
    ...(consumed ? { shareID: randomUUID(), consumedCapacity: { ...consumed } } : {}),
  };
}

/** What drivers are to be told: first what the classes say, then what the claim says. */
function configurationsOf(claim: ResourceClaim, chosen: readonly Chosen[]): DeviceAllocationConfiguration[] {
  const alternatives = [...new Set(chosen.map(({ alternative }) => alternative))];
  const ofClasses = alternatives.flatMap(({ name, deviceClass }) =>
    (deviceClass.spec.config ?? []).map((config) => ({ source: 'FromClass' as const, requests: [name], ...config })),
  );
  const ofClaim = (claim.spec.devices?.config ?? [])
    .filter(({ requests }) => alternatives.some((alternative) => concerns(requests, alternative)))
    .map((config) => ({ source: 'FromClaim' as const, ...config }));
  return [...ofClasses, ...ofClaim];
}

/** Where the devices can be reached from, all of them. */
function selectorOf(chosen: readonly Chosen[], node: string): NodeSelector | undefined {
  if (chosen.some(({ device }) => device.device.bindsToNode)) return onNode(node);
  const requirements = {
    matchExpressions: new Map<string, NodeSelectorRequirement>(),
    matchFields: new Map<string, NodeSelectorRequirement>(),
  };
  for (const { device } of chosen) {
    const { nodeName, nodeSelector } = device.reach;
    if (nodeName) return onNode(nodeName);
    const [term] = nodeSelector?.nodeSelectorTerms ?? [];
    for (const list of ['matchExpressions', 'matchFields'] as const)
      for (const requirement of term?.[list] ?? []) requirements[list].set(JSON.stringify(requirement), requirement);
  }
  const term = {
    ...(requirements.matchExpressions.size > 0 ? { matchExpressions: [...requirements.matchExpressions.values()] } : {}),
    ...(requirements.matchFields.size > 0 ? { matchFields: [...requirements.matchFields.values()] } : {}),
  };
  return Object.keys(term).length > 0 ? { nodeSelectorTerms: [term] } : undefined;
}

const onNode = (name: string): NodeSelector => ({
  nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
});
