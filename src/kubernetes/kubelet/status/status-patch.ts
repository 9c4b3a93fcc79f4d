import { isDeepStrictEqual } from 'node:util';
import type { PodCondition, PodStatus } from '../../api/generated/core-v1.ts';

type Patch = Record<string, unknown>;

/** The fields that the kubelet reports; the others belong to the scheduler and controllers. */
const OWNED = [
  'observedGeneration',
  'phase',
  'conditions',
  'reason',
  'message',
  'hostIP',
  'hostIPs',
  'podIP',
  'podIPs',
  'startTime',
  'initContainerStatuses',
  'containerStatuses',
  'ephemeralContainerStatuses',
  'qosClass',
] as const satisfies readonly (keyof PodStatus)[];

/**
 * The strategic merge patch from one status to the next; undefined when there is nothing to say. Conditions are merged
 * by type on the server, so that those of other writers survive. Both statuses are as {@link onTheWire} makes them.
 */
export function statusPatch(before: PodStatus, after: PodStatus): Patch | undefined {
  const patch: Patch = {};
  for (const key of OWNED) {
    const value = after[key];
    if (isDeepStrictEqual(before[key], value)) continue;
    if (key === 'conditions') patch[key] = changedConditions(before.conditions, after.conditions);
    else if (key === 'podIPs' || key === 'hostIPs') patch[key] = changedIPs(before[key], after[key]);
    else patch[key] = value ?? null;
  }
  for (const key of ['conditions', 'podIPs', 'hostIPs']) if (Array.isArray(patch[key]) && patch[key].length === 0) delete patch[key];
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function changedConditions(before: PodCondition[] = [], after: PodCondition[] = []): unknown[] {
  const known = new Map(before.map((condition) => [condition.type, condition]));
  const changed = after.filter((condition) => !isDeepStrictEqual(known.get(condition.type), condition));
  return changed.map((condition) => ({ ...condition, reason: condition.reason ?? null, message: condition.message ?? null }));
}

function changedIPs(before: { ip?: string }[] = [], after: { ip?: string }[] = []): unknown[] {
  const kept = new Set(after.map(({ ip }) => ip));
  return [...after, ...before.filter(({ ip }) => !kept.has(ip)).map(({ ip }) => ({ $patch: 'delete', ip }))];
}

/** A status as it looks after a trip over the wire: without what is undefined or an empty list. */
export function onTheWire(status: PodStatus): PodStatus {
  return JSON.parse(
    JSON.stringify(status, (_, value: unknown) => (Array.isArray(value) && value.length === 0 ? undefined : value)),
  ) as PodStatus;
}
