import { formatTime } from '../../machinery/meta.ts';

/** What the condition types of workloads share. */
export interface WorkloadCondition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
}

export function conditionOf<C extends WorkloadCondition>(conditions: readonly C[] | undefined, type: string): C | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** `conditions` with `wanted` in it; its transition time moves only when its status changes. */
export function withCondition<C extends WorkloadCondition>(conditions: readonly C[] | undefined, wanted: C, now: number): C[] {
  const present = conditionOf(conditions, wanted.type);
  if (present && present.status === wanted.status && present.reason === wanted.reason && present.message === wanted.message) {
    return [...(conditions ?? [])];
  }
  const since = present?.status === wanted.status ? present.lastTransitionTime : formatTime(now);
  return [...withoutCondition(conditions, wanted.type), { ...wanted, lastTransitionTime: since }];
}

export function withoutCondition<C extends WorkloadCondition>(conditions: readonly C[] | undefined, type: string): C[] {
  return (conditions ?? []).filter((condition) => condition.type !== type);
}
