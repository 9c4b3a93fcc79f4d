import { isDeepStrictEqual } from 'node:util';
import type { PodCondition, PodStatus } from '../../api/generated/core-v1.ts';

type Patch = Record<string, unknown>;

/**
 * The strategic merge patch from one status to the next; undefined when there is nothing to say. Conditions are merged
 * by type on the server, so that those of other writers survive.
 */
export function statusPatch(before: PodStatus, after: PodStatus): Patch | undefined {
  const patch: Patch = {};
  for (const key of Object.keys(after) as (keyof PodStatus)[]) {
    const value = withoutUndefined(after[key]);
    if (isDeepStrictEqual(withoutUndefined(before[key]), value)) continue;
    if (key === 'conditions') patch[key] = changedConditions(before.conditions, after.conditions);
    else if (key === 'podIPs' || key === 'hostIPs') patch[key] = changedIPs(before[key], after[key]);
    else patch[key] = value ?? null;
  }
  for (const key of ['conditions', 'podIPs', 'hostIPs']) if (Array.isArray(patch[key]) && patch[key].length === 0) delete patch[key];
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function changedConditions(before: PodCondition[] = [], after: PodCondition[] = []): unknown[] {
  const known = new Map(before.map((condition) => [condition.type, withoutUndefined(condition)]));
  const changed = after.filter((condition) => !isDeepStrictEqual(known.get(condition.type), withoutUndefined(condition)));
  return changed.map((condition) => ({ ...condition, reason: condition.reason ?? null, message: condition.message ?? null }));
}

function changedIPs(before: { ip?: string }[] = [], after: { ip?: string }[] = []): unknown[] {
  const kept = new Set(after.map(({ ip }) => ip));
  return [...after, ...before.filter(({ ip }) => !kept.has(ip)).map(({ ip }) => ({ $patch: 'delete', ip }))];
}

/** As it looks after a trip over the wire. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutUndefined);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, withoutUndefined(item)])
    .filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries);
}
