import type { HPAScalingRules } from '../../api/generated/autoscaling-v2.ts';
import { type History, recommend } from './history.ts';
import { downLimit, upLimit } from './rates.ts';

/** How long autoscalers that say nothing about it wait for use to rise again before they scale down. */
export const DOWN_WINDOW = 5 * 60_000;

export interface Bounds {
  readonly current: number;
  readonly min: number;
  readonly max: number;
}

/** A reason and its words, as conditions have them. */
export interface Told {
  readonly reason: string;
  readonly message: string;
}

export interface Normalized {
  readonly replicas: number;
  /** Of the condition AbleToScale. */
  readonly able: Told;
  /** Of the condition ScalingLimited, which is true where `limited`. */
  readonly range: Told;
  readonly limited: boolean;
}

export interface Rules {
  readonly up: HPAScalingRules;
  readonly down: HPAScalingRules;
}

/** What is done about a recommendation: it is held back by recent ones, by rates and by the bounds. */
export function normalize(desired: number, bounds: Bounds, rules: Rules | undefined, history: History, now: number): Normalized {
  const stable = rules ? stabilized(desired, bounds.current, rules, history, now) : highestRecent(desired, history, now);
  const held = desired >= bounds.current && rules ? HELD_DOWN : HELD_UP;
  const { replicas, range } = rules ? withinRates(stable, bounds, rules, history, now) : withinBounds(stable, bounds);
  return { replicas, able: stable === desired ? READY : held, range, limited: replicas !== stable };
}

function highestRecent(desired: number, history: History, now: number): number {
  const recent = history.recommendations.filter(({ at }) => at >= now - DOWN_WINDOW).map(({ replicas }) => replicas);
  recommend(history, { replicas: desired, at: now }, DOWN_WINDOW);
  return Math.max(desired, ...recent);
}

/** The replicas nearest to the current ones that recent recommendations of both windows agree with. */
function stabilized(desired: number, current: number, { up, down }: Rules, history: History, now: number): number {
  const upWindow = (up.stabilizationWindowSeconds ?? 0) * 1000;
  const downWindow = down.stabilizationWindowSeconds === undefined ? DOWN_WINDOW : down.stabilizationWindowSeconds * 1000;
  const since = (window: number) => history.recommendations.filter(({ at }) => at > now - window).map(({ replicas }) => replicas);
  const lowest = Math.min(desired, ...since(upWindow));
  const highest = Math.max(desired, ...since(downWindow));
  recommend(history, { replicas: desired, at: now }, Math.max(upWindow, downWindow));
  return Math.min(Math.max(current, lowest), highest);
}

interface Limited {
  readonly replicas: number;
  readonly range: Told;
}

function withinRates(desired: number, { current, min, max }: Bounds, { up, down }: Rules, history: History, now: number): Limited {
  if (desired > current) {
    const limit = Math.max(upLimit(current, up, history, now), current);
    const allowed = Math.min(max, limit);
    if (desired > allowed) return { replicas: allowed, range: max > limit ? TOO_FAST_UP : TOO_MANY };
  } else if (desired < current) {
    const limit = Math.min(downLimit(current, down, history, now), current);
    const allowed = Math.max(min, limit);
    if (desired < allowed) return { replicas: allowed, range: min < limit ? TOO_FAST_DOWN : TOO_FEW };
  }
  return { replicas: desired, range: IN_RANGE };
}

function withinBounds(desired: number, { current, min, max }: Bounds): Limited {
  // One wrong measurement must not start hundreds of pods.
  const limit = Math.max(current * 2, 4);
  const allowed = Math.min(max, limit);
  if (desired < min) return { replicas: min, range: TOO_FEW };
  if (desired > allowed) return { replicas: allowed, range: max > limit ? TOO_FAST_UP : TOO_MANY };
  return { replicas: desired, range: IN_RANGE };
}

const READY: Told = { reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
const HELD_UP: Told = {
  reason: 'ScaleDownStabilized',
  message: 'recent recommendations were higher than current one, applying the highest recent recommendation',
};
const HELD_DOWN: Told = {
  reason: 'ScaleUpStabilized',
  message: 'recent recommendations were lower than current one, applying the lowest recent recommendation',
};
const IN_RANGE: Told = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
const TOO_MANY: Told = { reason: 'TooManyReplicas', message: 'the desired replica count is more than the maximum replica count' };
const TOO_FEW: Told = { reason: 'TooFewReplicas', message: 'the desired replica count is less than the minimum replica count' };
const TOO_FAST_UP: Told = { reason: 'ScaleUpLimit', message: 'the desired replica count is increasing faster than the maximum scale rate' };
const TOO_FAST_DOWN: Told = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
};
