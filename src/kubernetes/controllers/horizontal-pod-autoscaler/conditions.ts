import type { HorizontalPodAutoscalerCondition } from '../../api/generated/autoscaling-v2.ts';
import { formatTime } from '../../machinery/meta.ts';
import type { Told } from './normalize.ts';

export type ConditionType = 'AbleToScale' | 'ScalingActive' | 'ScalingLimited';

/** The conditions of an autoscaler while one sync works on them: each keeps its place. */
export class Conditions {
  readonly #now: number;
  #conditions: HorizontalPodAutoscalerCondition[];

  constructor(conditions: readonly HorizontalPodAutoscalerCondition[] | undefined, now: number) {
    this.#conditions = [...(conditions ?? [])];
    this.#now = now;
  }

  get all(): HorizontalPodAutoscalerCondition[] {
    return this.#conditions;
  }

  /** The time of transition moves only where the status changes. */
  set(type: ConditionType, holds: boolean, { reason, message }: Told): void {
    const status = holds ? 'True' : 'False';
    const present = this.#conditions.find((condition) => condition.type === type);
    const lastTransitionTime = present?.status === status ? present.lastTransitionTime : formatTime(this.#now);
    const next = { type, status, ...(lastTransitionTime ? { lastTransitionTime } : {}), reason, message };
    this.#conditions = present
      ? this.#conditions.map((condition) => (condition === present ? next : condition))
      : [...this.#conditions, next];
  }
}
