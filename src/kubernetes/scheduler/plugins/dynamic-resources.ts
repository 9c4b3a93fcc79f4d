import type { Clock } from '../../../base/clock.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import type { AllocationResult, DeviceClass, ResourceClaim, ResourceSlice } from '../../api/generated/resource-v1.ts';
import { matchesNodeSelector } from '../../api/helpers/node-affinity.ts';
import { canBeReserved, foreignClaim, isReservedFor, podClaims } from '../../api/helpers/pod-resource-claims.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { Informer, Lister } from '../../client/informer.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { NodeInfo } from '../cluster/node-info.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import { allocate, NoDevices, type Wanted } from '../devices/allocator.ts';
import { DeviceSelectors } from '../devices/device-value.ts';
import { DevicesInUse } from '../devices/in-use.ts';
import { type Pool, poolsOf } from '../devices/pools.ts';
import { giveBack, untilReady } from '../devices/readiness.ts';
import { RequestFault, requestsOf } from '../devices/requests.ts';
import { writeClaim } from '../devices/write-claim.ts';
import type { FilterPlugin, PreBindPlugin, PreEnqueuePlugin, Rejection, ReservePlugin } from '../framework/plugin.ts';
import { fits, rejects, skip } from '../framework/plugin.ts';

export interface DeviceSources {
  readonly claims: Informer<ResourceClaim>;
  readonly slices: Lister<ResourceSlice>;
  readonly classes: Lister<DeviceClass>;
  readonly clock: Clock;
}

interface State {
  /** Claims that have their devices. */
  readonly allocated: readonly AllocationResult[];
  readonly wanted: readonly Wanted[];
  readonly pools: readonly Pool[];
}

const refuses = (reason: string): Rejection => rejects(reason, { preemptionHelps: false });

/** Finds the devices that a pod's claims ask for, and holds the pod to nodes from which they can be used. */
export function dynamicResources(
  { claims, slices, classes, clock }: DeviceSources,
  api: Pick<ApiClient, 'get' | 'update' | 'updateStatus'>,
) {
  const selectors = new DeviceSelectors();
  /** Allocations that were decided and not yet seen, by claim. */
  const decided = new Map<string, { allocation: AllocationResult; pod: string }>();
  claims.onChange(({ next, previous }) => {
    if (!next || next.status?.allocation) decided.delete(keyOf((next ?? previous)!));
  });

  const allocationOf = (claim: ResourceClaim): AllocationResult | undefined =>
    claim.status?.allocation ?? decided.get(keyOf(claim))?.allocation;
  const inUse = (): DevicesInUse => new DevicesInUse(claims.list().flatMap((claim) => allocationOf(claim) ?? []));
  const found = (pod: Pod): ResourceClaim[] | Rejection => claimsOf(pod, claims);

  function stateOf(pod: Pod): State | Rejection {
    const all = found(pod);
    if (!Array.isArray(all)) return all;
    const wanted: Wanted[] = [];
    for (const claim of all.filter((each) => !allocationOf(each))) {
      const requests = requestsOf(claim, (name) => classes.get(name));
      if (requests instanceof RequestFault) return refuses(requests.reason);
      wanted.push({ claim, requests });
    }
    const allocated = all.flatMap((claim) => allocationOf(claim) ?? []);
    return { allocated, wanted, pools: wanted.length > 0 ? poolsOf(slices.list()) : [] };
  }

  async function awaitDevices(claim: ResourceClaim, pod: Pod, signal: AbortSignal): Promise<void> {
    try {
      await untilReady(keyOf(claim), { claims, clock }, signal);
    } catch (error) {
      if (!signal.aborted) await giveBack(claim, pod.metadata.uid ?? '', api, signal);
      throw error;
    }
  }

  const search = ({ wanted, pools }: State, { node }: NodeInfo): AllocationResult[] | NoDevices =>
    wanted.length === 0 ? [] : allocate(wanted, { node, pools, inUse: inUse(), selectors });

  return {
    name: 'DynamicResources',
    wakesOn: ['Node/Add', 'Node/UpdateLabel', 'Devices/Change'],

    preEnqueue(pod: Pod): string | undefined {
      const missing = podClaims(pod).find(({ template, claimName }) => template !== undefined && claimName === undefined);
      return missing && `pod claim "${missing.entry}": the ResourceClaim was not created yet`;
    },

    preFilter({ pod }: PodInfo): State | typeof skip | Rejection {
      return pod.spec.resourceClaims?.length ? stateOf(pod) : skip;
    },

    filter(_: PodInfo, node: NodeInfo, state: State) {
      const elsewhere = state.allocated.some(({ nodeSelector }) => nodeSelector && !matchesNodeSelector(nodeSelector, node.node));
      if (elsewhere) return refuses('resourceclaim not available on the node');
      const allocations = search(state, node);
      return allocations instanceof NoDevices ? refuses(allocations.reason) : fits;
    },

    reserve(info: PodInfo, node: NodeInfo): void {
      if (!info.pod.spec.resourceClaims?.length) return;
      const state = stateOf(info.pod);
      if ('fits' in state) throw new Error(state.reasons.join(', '));
      const allocations = search(state, node);
      if (allocations instanceof NoDevices) throw new Error(allocations.reason);
      for (const [index, { claim }] of state.wanted.entries())
        decided.set(keyOf(claim), { allocation: allocations[index] as AllocationResult, pod: info.key });
    },

    unreserve({ key }: PodInfo): void {
      for (const [claim, { pod }] of decided) if (pod === key) decided.delete(claim);
    },

    async preBind({ pod }: PodInfo, _: NodeInfo, signal: AbortSignal): Promise<void> {
      if (!pod.spec.resourceClaims?.length) return;
      const all = found(pod);
      if (!Array.isArray(all)) throw new Error(all.reasons.join(', '));
      for (const claim of all) await writeClaim({ claim, pod, allocation: decided.get(keyOf(claim))?.allocation }, { api, clock }, signal);
      for (const claim of all) await awaitDevices(claim, pod, signal);
    },
  } satisfies PreEnqueuePlugin & FilterPlugin<State> & ReservePlugin & PreBindPlugin;
}

/** The claims of a pod, all of them usable as far as can be told without a node. */
function claimsOf(pod: Pod, claims: Lister<ResourceClaim>): ResourceClaim[] | Rejection {
  const found: ResourceClaim[] = [];
  for (const { claimName, template, entry } of podClaims(pod)) {
    if (claimName === null) continue;
    if (claimName === undefined) return refuses(`pod claim "${entry}": the ResourceClaim was not created yet`);
    const claim = claims.get(`${pod.metadata.namespace}/${claimName}`);
    if (!claim) return refuses(`resourceclaim "${claimName}" not found`);
    if (claim.metadata.deletionTimestamp) return refuses(`resourceclaim "${claimName}" is being deleted`);
    const foreign = template === undefined ? undefined : foreignClaim(pod, claim);
    if (foreign) return refuses(foreign);
    if (claim.status?.allocation && !isReservedFor(claim, pod) && !canBeReserved(claim)) return refuses('resourceclaim in use');
    found.push(claim);
  }
  return found;
}
