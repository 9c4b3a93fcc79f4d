import { qosClassOf } from '../core/pod-qos.ts';
import type { Container, Pod, PodAffinityTerm } from '../generated/core-v1.ts';
import { isTerminal } from '../helpers/pods.ts';
import { isExtended, isHugePage, isNative } from '../validation/resource-names.ts';
import { type Amounts, one, parseAmounts } from './amounts.ts';
import { countName } from './counts.ts';
import type { QuotaEvaluator, Scope } from './evaluator.ts';
import { hasPodLevelResources, podAmounts } from './pod-amounts.ts';
import { meets } from './scope-selector.ts';

const COUNT = countName('pods');
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const REQUESTS = 'requests.';
const NAMES = new Set([COUNT, 'pods', ...COMPUTE, ...COMPUTE.map((name) => REQUESTS + name), ...COMPUTE.map((name) => `limits.${name}`)]);
/** A quota on these demands that every container says what it needs. */
const DEMANDED = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']);

/** Counts pods, and what those that are not over ask for. */
export const podEvaluator: QuotaEvaluator = {
  measures: (resource) =>
    NAMES.has(resource) ||
    isHugePage(resource) ||
    isHugePage(withoutPrefix(resource)) ||
    (!isNative(resource) && resource.startsWith(REQUESTS)),
  concerns: ({ operation, subresource }) =>
    (operation === 'CREATE' && subresource === '') || (operation === 'UPDATE' && subresource === 'resize'),
  inScope: (scope, object) => podInScope(scope, object as Pod),
  usage: (object, now) => podUsage(object as Pod, now),
  objection: (resources, object) => missingAmounts(resources, object as Pod),
};

const withoutPrefix = (resource: string): string => (resource.startsWith(REQUESTS) ? resource.slice(REQUESTS.length) : '');

function podUsage(pod: Pod, now: number): Amounts {
  if (isOver(pod, now)) return { [COUNT]: one };
  const options = { status: true, overhead: true };
  return { [COUNT]: one, ...computeUsage(podAmounts(pod, 'requests', options), podAmounts(pod, 'limits', options)) };
}

/** A pod whose containers are done, or should long be dead, uses nothing any more. */
function isOver(pod: Pod, now: number): boolean {
  if (isTerminal(pod)) return true;
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return now > Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function computeUsage(requests: Amounts, limits: Amounts): Amounts {
  const usage: Record<string, Amounts[string]> = { pods: one };
  for (const name of COMPUTE) {
    const [request, limit] = [requests[name], limits[name]];
    if (request) usage[name] = usage[REQUESTS + name] = request;
    if (limit) usage[`limits.${name}`] = limit;
  }
  for (const [name, request] of Object.entries(requests)) {
    if (isHugePage(name)) usage[name] = usage[REQUESTS + name] = request;
    else if (isExtended(name)) usage[REQUESTS + name] = request;
  }
  return usage;
}

/** `must specify cpu for: a,b; memory for: b` */
function missingAmounts(resources: readonly string[], pod: Pod): string | undefined {
  if (hasPodLevelResources(pod)) return undefined;
  const containers = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])];
  const missing = resources
    .filter((resource) => DEMANDED.has(resource))
    .sort()
    .map((resource) => [resource, containers.filter((container) => !specifies(container, resource)).map(({ name }) => name)] as const)
    .filter(([, names]) => names.length > 0);
  if (missing.length === 0) return undefined;
  return `must specify ${missing.map(([resource, names]) => `${resource} for: ${[...new Set(names)].sort().join(',')}`).join('; ')}`;
}

function specifies({ resources }: Container, resource: string): boolean {
  return resource in computeUsage(parseAmounts(resources?.requests), parseAmounts(resources?.limits));
}

function podInScope(scope: Scope, pod: Pod): boolean {
  const { spec } = pod;
  switch (scope.scopeName) {
    case 'Terminating':
      return hasDeadline(pod);
    case 'NotTerminating':
      return !hasDeadline(pod);
    case 'BestEffort':
      return qosClassOf(spec) === 'BestEffort';
    case 'NotBestEffort':
      return qosClassOf(spec) !== 'BestEffort';
    case 'PriorityClass':
      return scope.operator === 'Exists' ? Boolean(spec.priorityClassName) : meets(scope, spec.priorityClassName);
    case 'CrossNamespacePodAffinity':
      return affinityTerms(pod).some(({ namespaces, namespaceSelector }) => namespaces?.length || namespaceSelector);
    default:
      return false;
  }
}

function hasDeadline({ spec }: Pod): boolean {
  return (spec.activeDeadlineSeconds ?? -1) >= 0;
}

function affinityTerms({ spec }: Pod): PodAffinityTerm[] {
  const { podAffinity, podAntiAffinity } = spec.affinity ?? {};
  return [podAffinity, podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
  ]);
}
