import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, duplicate, forbiddenField, immutable, invalidValue } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain, isQualifiedName } from '../../machinery/validation/names.ts';
import type { ContainerStatus, Pod } from '../generated/core-v1.ts';
import { INVALID_IP, isIpv6, isValidIp } from './addresses.ts';
import { imageRules } from './containers.ts';
import { debugContainerRules, undebuggable } from './pod-debug.ts';
import { podResizeRules, unresizable } from './pod-resize.ts';
import { podSpecRules } from './pod-spec.ts';
import { podUpdateRules } from './pod-update.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** Faults of a pod. */
export function* podRules(next: Pod, previous?: Pod): Iterable<FieldError> {
  yield* wholePodRules(next);
  if (previous) yield* podUpdateRules(next, previous);
  else yield* createRules(next);
}

/** Faults of a pod to which debug containers are added. */
export function* ephemeralContainersUpdateRules(next: Pod, previous: Pod): Iterable<FieldError> {
  const fault = undebuggable(previous);
  if (fault) yield fault;
  else {
    yield* wholePodRules(next);
    yield* debugContainerRules(next, previous);
  }
}

/** Faults of a pod that gets more, or less, of what it runs on. */
export function* resizeRules(next: Pod, previous: Pod): Iterable<FieldError> {
  const fault = unresizable(previous);
  if (fault) yield fault;
  else {
    yield* wholePodRules(next);
    yield* podResizeRules(next, previous);
  }
}

function* wholePodRules(pod: Pod): Iterable<FieldError> {
  yield* annotationRules(pod);
  yield* podSpecRules(pod.spec ?? { containers: [] }, true, 'spec');
  yield* tokenRules(pod);
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [index, container] of (pod.spec?.[list] ?? []).entries()) yield* imageRules(container, `spec.${list}[${index}]`);
  }
}

function* createRules({ spec }: Pod): Iterable<FieldError> {
  if (spec?.ephemeralContainers?.length) yield forbiddenField('spec.ephemeralContainers', 'cannot be set on create');
  if (spec?.nodeName && spec.schedulingGates?.length)
    yield forbiddenField('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
}

/** The mirror of a static pod belongs to a node. */
function* annotationRules({ metadata, spec }: Pod): Iterable<FieldError> {
  const mirror = metadata.annotations?.[MIRROR];
  if (mirror !== undefined && !spec?.nodeName)
    yield invalidValue(`metadata.annotations[${MIRROR}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set');
}

function* tokenRules({ spec }: Pod): Iterable<FieldError> {
  if (spec?.serviceAccountName) return;
  for (const [at, { projected }] of (spec?.volumes ?? []).entries()) {
    for (const [index, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
      if (serviceAccountToken)
        yield forbiddenField(
          `spec.volumes[${at}].projected.sources[${index}].serviceAccountToken`,
          'must not be specified when serviceAccountName is not set',
        );
    }
  }
}

/** Faults of a write to the status of a pod. */
export function* podStatusRules(next: Pod, previous: Pod): Iterable<FieldError> {
  const { status = {} } = next;
  yield* conditionRules(next);
  const nominated = status.nominatedNodeName;
  if (nominated && nominated !== previous.status?.nominatedNodeName)
    yield* complaints('status.nominatedNodeName', nominated, isDns1123Subdomain(nominated));
  if (previous.status?.qosClass !== status.qosClass) yield immutable('status.qosClass', status.qosClass);
  yield* transitionRules(next, previous, 'containerStatuses');
  yield* transitionRules(next, previous, 'initContainerStatuses');
  yield* transitionRules(next, previous, 'ephemeralContainerStatuses');
  yield* claimStatusRules(next);
  yield* addressRules(status.podIPs ?? [], 'status.podIPs');
  yield* addressRules(status.hostIPs ?? [], 'status.hostIPs');
}

/** What is said of claims that were made for the pod. */
function* claimStatusRules({ spec, status }: Pod): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, { name = '', resourceClaimName }] of (status?.resourceClaimStatuses ?? []).entries()) {
    const at = `status.resourceClaimStatuses[${index}].name`;
    if (!spec?.resourceClaims?.some((claim) => claim.name === name))
      yield invalidValue(at, name, 'must match the name of an entry in `spec.resourceClaims`');
    if (seen.has(name)) yield duplicate(at, name);
    seen.add(name);
    if (resourceClaimName !== undefined) yield* complaints(at, resourceClaimName, isDns1123Subdomain(resourceClaimName));
  }
}

type Statuses = 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses';

/** A container that has ended for good does not run again. */
function* transitionRules(next: Pod, previous: Pod, list: Statuses): Iterable<FieldError> {
  for (const [index, before] of (previous.status?.[list] ?? []).entries()) {
    const now = next.status?.[list]?.find(({ name }) => name === before.name);
    if (now && !now.state?.terminated && hasEndedForGood(before, policyOf(previous, before.name, list))) {
      yield forbiddenField(`status.${list}[${index}].state`, 'may not be transitioned to non-terminated state');
    }
  }
}

/** When a container is started again. Those for debugging never are; init containers that go on running always. */
function policyOf({ spec }: Pod, name: string, list: Statuses): string | undefined {
  if (list === 'ephemeralContainerStatuses') return 'Never';
  const containers = (list === 'containerStatuses' ? spec?.containers : spec?.initContainers) ?? [];
  const container = containers.find((candidate) => candidate.name === name);
  if (spec?.restartPolicy === 'Always' || container?.restartPolicyRules?.length) return 'Always';
  return container?.restartPolicy ?? spec?.restartPolicy;
}

function hasEndedForGood({ state }: ContainerStatus, policy: string | undefined): boolean {
  if (!state?.terminated || policy === 'Always') return false;
  return policy !== 'OnFailure' || state.terminated.exitCode === 0;
}

const SYSTEM_CONDITIONS = new Set(['PodScheduled', 'Ready', 'Initialized']);

/** Conditions of others are named like labels. */
function* conditionRules({ status }: Pod): Iterable<FieldError> {
  for (const [index, { type = '' }] of (status?.conditions ?? []).entries()) {
    if (!SYSTEM_CONDITIONS.has(type)) yield* complaints(`metadata.conditions[${index}].Type`, type, isQualifiedName(type));
  }
}

function* addressRules(addresses: readonly { ip?: string }[], path: string): Iterable<FieldError> {
  for (const [index, { ip = '' }] of addresses.entries()) if (!isValidIp(ip)) yield invalidValue(`${path}[${index}]`, ip, INVALID_IP);
  if (addresses.length < 2) return;
  const families = new Set(addresses.map(({ ip = '' }) => isIpv6(ip)));
  if (families.size < 2 || addresses.length > 2) yield invalidValue(path, addresses, 'may specify no more than one IP for each IP family');
}
