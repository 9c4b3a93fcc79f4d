import type { PodCondition, PodStatus } from '../../api/generated/core-v1.ts';
import { formatTime } from '../../machinery/meta.ts';
import type { BoundPod } from '../pods/pod.ts';
import { isTerminalPhase } from '../pods/pod.ts';
import { qosClassOf } from '../resources/qos.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { currentSandbox } from '../runtime/observed.ts';
import { conditionsOf, OWNED_CONDITIONS } from './conditions.ts';
import type { Readiness, WaitReasons } from './container-status.ts';
import { containerStatuses } from './container-status.ts';
import { phaseOf } from './phase.ts';

export interface PodStatusInput {
  pod: BoundPod;
  observed: ObservedPod;
  /** What was reported last; the API's status where nothing was yet. */
  previous: PodStatus;
  waiting: WaitReasons;
  readiness: Readiness;
  hostIPs: readonly string[];
  runtimeName: string;
  now: number;
  /** The pod is being stopped for good. */
  terminal: boolean;
  /** Why the pod was ended from outside (eviction, deadline, admission); decides the phase. */
  verdict?: { reason: string; message: string; conditions?: PodCondition[] } | undefined;
}

/** The status to report for a pod. Pure. */
export function podStatusOf(input: PodStatusInput): PodStatus {
  const { pod, observed, previous, verdict } = input;
  const init = containerStatuses(input, 'init', pod.spec.initContainers, previous.initContainerStatuses);
  const apps = containerStatuses(input, 'app', pod.spec.containers, previous.containerStatuses);
  const ephemeral = containerStatuses(input, 'ephemeral', pod.spec.ephemeralContainers, previous.ephemeralContainerStatuses);
  const statuses = [...(init ?? []), ...(apps ?? [])];
  const initialized = hasInitialized(input);
  const phase =
    verdict && input.terminal ? 'Failed' : phaseAfter(previous, phaseOf({ pod, statuses, terminal: input.terminal, initialized }));
  const sandbox = currentSandbox(observed);
  const sandboxReady = Boolean(sandbox?.ready && (pod.spec.hostNetwork || sandbox.ips.length > 0));
  const drafts = conditionsOf({ pod, phase, statuses, sandboxReady, initialized });
  const podIPs = ipsOf(input, isTerminalPhase(phase));
  return {
    observedGeneration: pod.metadata.generation,
    phase,
    conditions: stamped(input, [...drafts, ...(verdict?.conditions ?? [])]),
    reason: verdict?.reason ?? (phase === previous.phase ? previous.reason : undefined),
    message: verdict?.message ?? (phase === previous.phase ? previous.message : undefined),
    hostIP: input.hostIPs[0],
    hostIPs: input.hostIPs.map((ip) => ({ ip })),
    podIP: podIPs[0],
    podIPs: podIPs.map((ip) => ({ ip })),
    startTime: previous.startTime ?? formatTime(input.now),
    initContainerStatuses: init,
    containerStatuses: apps,
    ephemeralContainerStatuses: ephemeral,
    qosClass: qosClassOf(pod),
  };
}

/** Terminal phases are final. */
function phaseAfter(previous: PodStatus, phase: NonNullable<PodStatus['phase']>): NonNullable<PodStatus['phase']> {
  return isTerminalPhase(previous.phase) ? (previous.phase ?? phase) : phase;
}

function hasInitialized({ pod, observed }: PodStatusInput): boolean {
  const inits = pod.spec.initContainers ?? [];
  if (inits.length === 0) return true;
  const sandbox = currentSandbox(observed);
  return pod.spec.containers.some(({ name }) =>
    observed.containers.some(
      (container) => container.name === name && container.sandboxId === sandbox?.id && container.state !== 'created',
    ),
  );
}

function ipsOf({ pod, observed, previous, hostIPs }: PodStatusInput, terminal: boolean): readonly string[] {
  const sandbox = currentSandbox(observed);
  const reported = previous.podIPs?.map(({ ip }) => ip) ?? [];
  if (pod.spec.hostNetwork) return hostIPs;
  if (sandbox?.ready && sandbox.ips.length > 0) return sandbox.ips;
  return terminal || pod.metadata.deletionTimestamp ? reported : (sandbox?.ips ?? []);
}

/** A condition keeps its transition time while its status stays. */
function stamped({ pod, previous, now }: PodStatusInput, drafts: PodCondition[]): PodCondition[] {
  const others = (pod.status?.conditions ?? []).filter(
    ({ type }) => !OWNED_CONDITIONS.has(type) && !drafts.some((draft) => draft.type === type),
  );
  const own = drafts.map((draft) => {
    const known =
      previous.conditions?.find(({ type }) => type === draft.type) ?? pod.status?.conditions?.find(({ type }) => type === draft.type);
    const lastTransitionTime = known?.status === draft.status && known.lastTransitionTime ? known.lastTransitionTime : formatTime(now);
    return { ...draft, observedGeneration: pod.metadata.generation, lastProbeTime: null as unknown as string, lastTransitionTime };
  });
  return [...others, ...own];
}
