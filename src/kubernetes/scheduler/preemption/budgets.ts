import type { PodDisruptionBudget } from '../../api/generated/policy-v1.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import type { Protects } from './candidates.ts';

/** Pods that a PodDisruptionBudget allows no disruption of at the moment. */
export function guardedBy(budgets: () => readonly PodDisruptionBudget[]): Protects {
  return ({ pod }) =>
    budgets().some(({ metadata, spec, status }) => {
      if (metadata.namespace !== pod.metadata.namespace || (status?.disruptionsAllowed ?? 0) > 0) return false;
      const selector = selectorFrom(spec?.selector);
      return !selector.empty && selector.matches(pod.metadata.labels);
    });
}
