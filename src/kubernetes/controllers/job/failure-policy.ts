import type { Job, PodFailurePolicyAction, PodFailurePolicyRule } from '../../api/generated/batch-v1.ts';
import type { ContainerStatus, Pod } from '../../api/generated/core-v1.ts';

/** What a Job's policy says about a failed pod. */
export interface FailureVerdict {
  action: PodFailurePolicyAction | undefined;
  /** Why, where the Job fails of it. */
  message?: string;
}

/** The first rule that matches the pod decides. */
export function judgeFailure(job: Job, pod: Pod): FailureVerdict {
  for (const [index, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const match = matchRule(rule, pod);
    if (match) return { action: rule.action, message: `${match} matching ${rule.action} rule at index ${index}` };
  }
  return { action: undefined };
}

function matchRule(rule: PodFailurePolicyRule, pod: Pod): string | undefined {
  const { namespace, name } = pod.metadata;
  if (rule.onExitCodes) {
    const container = containerMatching(rule.onExitCodes, pod);
    if (!container) return undefined;
    return `Container ${container.name} for pod ${namespace}/${name} failed with exit code ${container.state?.terminated?.exitCode}`;
  }
  for (const { type, status = 'True' } of rule.onPodConditions ?? []) {
    const found = pod.status?.conditions?.find((condition) => condition.type === type && condition.status === status);
    if (found) return `Pod ${namespace}/${name} has condition ${type}`;
  }
  return undefined;
}

function containerMatching(requirement: NonNullable<PodFailurePolicyRule['onExitCodes']>, pod: Pod): ContainerStatus | undefined {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  return statuses.find(({ name, state }) => {
    const exitCode = state?.terminated?.exitCode;
    if (exitCode === undefined || exitCode === 0) return false;
    if (requirement.containerName && requirement.containerName !== name) return false;
    return requirement.values.includes(exitCode) === (requirement.operator === 'In');
  });
}
