import type { Pod } from '../../api/generated/core-v1.ts';
import type { PodDisruptionBudget } from '../../api/generated/policy-v1.ts';
import { isReady } from '../../api/helpers/pods.ts';
import { formatTime } from '../../machinery/meta.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import { ApiError, forbidden } from '../../machinery/status.ts';

type Status = NonNullable<PodDisruptionBudget['status']>;

/** Evictions that the disruption controller has not seen happen yet: more than this, and it is not working. */
const MAX_DISRUPTED_PODS = 2000;
const TOO_MANY = "Cannot evict pod as it would violate the pod's disruption budget.";
const SUBJECT = { group: 'policy', plural: 'poddisruptionbudget' };

/** The budget that covers a pod; undefined where none does. Nobody can spend two. */
export function budgetOf(pod: Pod, budgets: readonly PodDisruptionBudget[]): PodDisruptionBudget | undefined {
  const covering = budgets.filter(({ spec }) => spec?.selector && selectorFrom(spec.selector).matches(pod.metadata.labels));
  if (covering.length < 2) return covering[0];
  const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
  throw new ApiError({ code: 500, message });
}

/** A pod that is not ready costs nothing where enough others are, or where the budget does not mind. */
export function costsNothing({ spec, status }: PodDisruptionBudget, pod: Pod): boolean {
  if (isReady(pod)) return false;
  if (spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

/** The budget with one disruption less, and the pod noted as disrupted. Throws where it allows none. */
export function spent(budget: PodDisruptionBudget, pod: Pod, now: number): PodDisruptionBudget {
  const { metadata } = budget;
  const status = budget.status ?? ({} as Status);
  checkAllowed(budget, status);
  const disruptionsAllowed = (status.disruptionsAllowed ?? 0) - 1;
  const disruptedPods = { ...status.disruptedPods, [pod.metadata.name ?? '']: formatTime(now) };
  const next: Status = { ...status, disruptionsAllowed, disruptedPods };
  return { ...budget, metadata: { ...metadata }, status: disruptionsAllowed === 0 ? exhausted(next, now) : next };
}

function checkAllowed({ metadata }: PodDisruptionBudget, status: Status): void {
  const { name = '', generation = 0 } = metadata;
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedPods = {} } = status;
  if (observedGeneration < generation) throw stillProcessed(name);
  if (disruptionsAllowed < 0) throw forbidden(SUBJECT, name, 'pdb disruptions allowed is negative');
  if (Object.keys(disruptedPods).length > MAX_DISRUPTED_PODS) {
    throw forbidden(SUBJECT, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (disruptionsAllowed === 0) throw refused(whyNone(name, status), 0);
}

/** What the controller could not count says nothing: its own reason comes first. */
function whyNone(name: string, { conditions, currentHealthy = 0, desiredHealthy = 0 }: Status): string {
  const condition = conditions?.find(({ type }) => type === 'DisruptionAllowed');
  const said = condition?.status === 'False' && condition.message ? condition : undefined;
  const none = `The disruption budget ${name} does not allow evicting pods currently`;
  if (said?.reason === 'SyncFailed') return `${none} because it failed sync: ${said.message}`;
  if (currentHealthy <= desiredHealthy) {
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`;
  }
  return said ? `${none} (${said.reason}): ${said.message}` : none;
}

function exhausted(status: Status, now: number): Status {
  const before = status.conditions ?? [];
  const present = before.find(({ type }) => type === 'DisruptionAllowed');
  const condition = {
    type: 'DisruptionAllowed',
    status: 'False',
    reason: 'InsufficientPods',
    message: '',
    ...(status.observedGeneration ? { observedGeneration: status.observedGeneration } : {}),
    lastTransitionTime: present?.status === 'False' ? present.lastTransitionTime : formatTime(now),
  } as NonNullable<Status['conditions']>[number];
  return { ...status, conditions: present ? before.map((other) => (other === present ? condition : other)) : [...before, condition] };
}

/** The budget is not what it seems to be, but soon will be. */
export function stillProcessed(name: string): ApiError {
  return refused(`The disruption budget ${name} is still being processed by the server.`, 10);
}

function refused(why: string, retryAfterSeconds: number): ApiError {
  return new ApiError({
    code: 429,
    reason: 'TooManyRequests',
    message: TOO_MANY,
    details: { causes: [{ reason: 'DisruptionBudget', message: why }], ...(retryAfterSeconds ? { retryAfterSeconds } : {}) },
  });
}
