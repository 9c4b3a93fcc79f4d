import type { Pod } from '../../api/generated/core-v1.ts';
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../api/generated/policy-v1.ts';
import { isReady, isTerminal } from '../../api/helpers/pods.ts';
import { deployments, podDisruptionBudgets, pods, replicaSets, replicationControllers, statefulSets } from '../../api/resources.ts';
import type { Condition } from '../../machinery/meta.ts';
import { formatTime, keyOf } from '../../machinery/meta.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import type { Cache } from '../framework/cache.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { scaled } from '../framework/int-or-percent.ts';
import { expectedScale } from './expected-scale.ts';

/** An eviction that was allowed and has not come to pass within this time did not happen. */
const EVICTION_PATIENCE = 120_000;

/** Keeps count of how many pods of a budget may be disrupted now; evictions are held to it. */
export const disruptionController = defineController({
  name: 'disruption',
  eventSource: 'controllermanager',
  primary: podDisruptionBudgets,
  watches: [watchOf(pods, ({ next, previous }, cache) => budgetsOf([next, previous], cache))],
  reads: [replicaSets, deployments, statefulSets, replicationControllers],

  async reconcile(key, context, signal) {
    const budget = context.cache.get(podDisruptionBudgets, key);
    if (!budget) return done;
    const { status, after } = statusOf(budget, context);
    if (!semanticallyEqual(status, budget.status)) await context.api.updateStatus(podDisruptionBudgets, { ...budget, status }, {}, signal);
    return { after };
  },
});

function budgetsOf(changed: readonly (Pod | undefined)[], cache: Cache): string[] {
  const namespace = changed.find((pod) => pod)?.metadata.namespace;
  const budgets = cache.list(podDisruptionBudgets, namespace);
  return budgets.filter(({ spec }) => changed.some((pod) => pod && selectorFrom(spec.selector).matches(pod.metadata.labels))).map(keyOf);
}

function statusOf(
  budget: PodDisruptionBudget,
  { cache, clock }: ControllerContext,
): { status: PodDisruptionBudgetStatus; after: number | undefined } {
  const selector = selectorFrom(budget.spec.selector);
  const selected = cache.list(pods, budget.metadata.namespace).filter((pod) => selector.matches(pod.metadata.labels) && !isTerminal(pod));
  const disrupted = stillDisrupted(budget, selected, clock.now());
  const { expected, desired } = wantedHealthy(budget, selected, cache);
  const healthy = selected.filter(
    (pod) => isReady(pod) && !pod.metadata.deletionTimestamp && !disrupted.has(pod.metadata.name ?? ''),
  ).length;
  const allowed = expected > 0 ? Math.max(healthy - desired, 0) : 0;
  const status: PodDisruptionBudgetStatus = {
    ...budget.status,
    observedGeneration: budget.metadata.generation,
    disruptedPods: disrupted.size > 0 ? Object.fromEntries(disrupted) : undefined,
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: [allowedCondition(budget, allowed, clock.now())],
  };
  return { status, after: disrupted.size > 0 ? EVICTION_PATIENCE : undefined };
}

function stillDisrupted({ status }: PodDisruptionBudget, selected: readonly Pod[], now: number): Map<string, string> {
  const going = Object.entries(status?.disruptedPods ?? {}).filter(([name, at]) => {
    const pod = selected.find(({ metadata }) => metadata.name === name);
    return pod && !pod.metadata.deletionTimestamp && Date.parse(at) + EVICTION_PATIENCE > now;
  });
  return new Map(going);
}

function wantedHealthy({ spec }: PodDisruptionBudget, selected: readonly Pod[], cache: Cache): { expected: number; desired: number } {
  if (spec.maxUnavailable !== undefined) {
    const expected = expectedScale(selected, cache);
    return { expected, desired: Math.max(expected - scaled(spec.maxUnavailable, expected, 'up'), 0) };
  }
  if (typeof spec.minAvailable === 'string') {
    const expected = expectedScale(selected, cache);
    return { expected, desired: scaled(spec.minAvailable, expected, 'up') };
  }
  return { expected: selected.length, desired: spec.minAvailable ?? 1 };
}

function allowedCondition({ metadata, status }: PodDisruptionBudget, allowed: number, now: number): Condition {
  const present = status?.conditions?.find(({ type }) => type === 'DisruptionAllowed');
  const is = allowed > 0 ? 'True' : 'False';
  return {
    type: 'DisruptionAllowed',
    status: is,
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
    observedGeneration: metadata.generation,
    lastTransitionTime: present?.status === is ? present.lastTransitionTime : formatTime(now),
  };
}
