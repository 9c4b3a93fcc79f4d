import type { Container } from '../../api/generated/core-v1.ts';
import { containerHash } from '../containers/container-config.ts';
import { resizeNeedsRestart } from '../resources/resize.ts';
import type { ObservedContainer, ObservedPod, ObservedSandbox } from '../runtime/observed.ts';
import { containerIn, currentSandbox, latestContainer } from '../runtime/observed.ts';
import type { BoundPod, ContainerSpec } from './pod.ts';
import { isSidecar } from './pod.ts';
import { restartsAfter, shouldRun } from './restart-policy.ts';

/** What probes have found out about running containers. */
export interface ProbeVerdicts {
  /** The startup probe has succeeded, or there is none. */
  isStarted(container: ObservedContainer): boolean;
  /** The probe that wants the container killed, if one does. */
  failed(container: ObservedContainer): 'liveness' | 'startup' | undefined;
}

export interface PlanInput {
  pod: BoundPod;
  observed: ObservedPod;
  probes: ProbeVerdicts;
}

export interface Kill {
  container: ObservedContainer;
  spec: ContainerSpec;
  message: string;
  /** Which probe asked for it; its own grace period may apply. */
  probe?: 'liveness' | 'startup' | undefined;
}

export interface Start {
  spec: ContainerSpec;
  restartCount: number;
}

/** What to do next for a pod. Steps are done in the order of the fields; then the pod is looked at again. */
export interface Plan {
  /** Old sandboxes are in the way: stop them and everything in them. */
  stopSandboxes: boolean;
  /** Attempt number of the sandbox to make; nothing is started before it is there. */
  createSandbox: number | undefined;
  kill: Kill[];
  start: Start[];
  /** No container will ever run again: the pod can be stopped for good. */
  finished: boolean;
}

const nothing: Plan = { stopSandboxes: false, createSandbox: undefined, kill: [], start: [], finished: false };

/** The next steps from what there is to what the pod wants. Pure. */
export function planPod(input: PlanInput): Plan {
  const sandbox = currentSandbox(input.observed);
  if (!sandbox || !isUsable(sandbox, input.pod)) return planSandbox(input, sandbox);
  const initialization = planInitContainers(input, sandbox);
  const ephemeral = planEphemeral(input, sandbox);
  if (initialization.failed) return { ...nothing, kill: initialization.kill, finished: true };
  if (!initialization.done) return { ...nothing, kill: initialization.kill, start: [...ephemeral, ...initialization.start] };
  const apps = planApps(input, sandbox);
  if (apps.keep === 0 && apps.start.length === 0) return { ...nothing, kill: [...initialization.kill, ...apps.kill], finished: true };
  return { ...nothing, kill: [...initialization.kill, ...apps.kill], start: [...ephemeral, ...initialization.start, ...apps.start] };
}

function isUsable(sandbox: ObservedSandbox, pod: BoundPod): boolean {
  const hostNetwork = pod.spec.hostNetwork ?? false;
  return sandbox.ready && sandbox.hostNetwork === hostNetwork && (hostNetwork || sandbox.ips.length > 0);
}

/** A lost sandbox takes its containers with it; pods that have done their work are not given a new one. */
function planSandbox({ pod, observed }: PlanInput, old: ObservedSandbox | undefined): Plan {
  const wanted = pod.spec.containers.some((container) => {
    const latest = latestContainer(observed, container.name);
    return shouldRun(pod, container, latest) || latest?.state === 'running';
  });
  const initFailed = (pod.spec.initContainers ?? []).some((container) => {
    const latest = latestContainer(observed, container.name);
    return latest?.state === 'exited' && latest.exitCode !== 0 && !isSidecar(container) && !restartsAfter(pod, container, latest.exitCode);
  });
  const stopSandboxes = old?.ready ?? false;
  if (!wanted || initFailed) return { ...nothing, finished: true };
  return { ...nothing, stopSandboxes, createSandbox: old ? old.attempt + 1 : 0 };
}

interface InitPlan {
  kill: Kill[];
  start: Start[];
  /** App containers may start. */
  done: boolean;
  failed: boolean;
}

function planInitContainers(input: PlanInput, sandbox: ObservedSandbox): InitPlan {
  const { pod, observed } = input;
  const initialized = pod.spec.containers.some(({ name }) => containerIn(observed, sandbox.id, name));
  const plan: InitPlan = { kill: [], start: [], done: true, failed: false };
  for (const container of pod.spec.initContainers ?? []) {
    const spec: ContainerSpec = { kind: 'init', container };
    const ready = isSidecar(container) ? planSidecar(input, sandbox, spec, plan) : planInit(input, sandbox, spec, plan, initialized);
    if (plan.failed) return plan;
    if (!ready && !initialized) return { ...plan, done: false };
  }
  return plan;
}

/** A plain init container; true once the next one may run. */
function planInit(
  { pod, observed }: PlanInput,
  sandbox: ObservedSandbox,
  spec: ContainerSpec,
  plan: InitPlan,
  initialized: boolean,
): boolean {
  if (initialized) return true;
  const present = containerIn(observed, sandbox.id, spec.container.name);
  if (present?.state === 'running') return false;
  if (present?.state === 'exited' && present.exitCode === 0) return true;
  if (present?.state === 'exited' && !restartsAfter(pod, spec.container, present.exitCode)) {
    plan.failed = true;
    return false;
  }
  if (present?.state === 'unknown')
    plan.kill.push({ container: present, spec, message: 'Init container is in an unknown state, try killing it before restart' });
  else plan.start.push(startOf(observed, pod, spec));
  return false;
}

/** A sidecar; true once it has started, so that the next container may. */
function planSidecar(input: PlanInput, sandbox: ObservedSandbox, spec: ContainerSpec, plan: InitPlan): boolean {
  const { pod, observed, probes } = input;
  const present = containerIn(observed, sandbox.id, spec.container.name);
  if (present?.state === 'running') {
    const kill = killOf(input, present, spec);
    if (kill) plan.kill.push(kill);
    return !kill && probes.isStarted(present);
  }
  if (present?.state === 'unknown')
    plan.kill.push({ container: present, spec, message: 'Container is in an unknown state, try killing it before restart' });
  else if (appsStillRun(input, sandbox)) plan.start.push(startOf(observed, pod, spec));
  return false;
}

/** Sidecars are for the app containers: they are not started again once those are all done. */
function appsStillRun({ pod, observed }: PlanInput, sandbox: ObservedSandbox): boolean {
  return pod.spec.containers.some((container) => {
    const present = containerIn(observed, sandbox.id, container.name);
    return present?.state === 'running' || shouldRun(pod, container, present);
  });
}

function planApps(input: PlanInput, sandbox: ObservedSandbox): { kill: Kill[]; start: Start[]; keep: number } {
  const { pod, observed } = input;
  const plan = { kill: [] as Kill[], start: [] as Start[], keep: 0 };
  for (const container of pod.spec.containers) {
    const spec: ContainerSpec = { kind: 'app', container };
    const present = containerIn(observed, sandbox.id, container.name);
    if (present?.state === 'running') {
      const kill = killOf(input, present, spec);
      if (kill) plan.kill.push(kill);
      plan.keep += kill?.probe && !survivesKill(pod, container) ? 0 : 1;
    } else if (present?.state === 'unknown') {
      plan.kill.push({ container: present, spec, message: 'Container is in an unknown state, try killing it before restart' });
      plan.keep += 1;
    } else if (shouldRun(pod, container, present ?? latestContainer(observed, container.name))) {
      plan.start.push(startOf(observed, pod, spec));
    }
  }
  return plan;
}

/** A container killed by its probe counts as failed; 137 is what SIGKILL would leave. */
function survivesKill(pod: BoundPod, container: Container): boolean {
  return restartsAfter(pod, container, 137);
}

function killOf({ probes }: PlanInput, present: ObservedContainer, spec: ContainerSpec): Kill | undefined {
  const { name } = spec.container;
  if (present.hash && present.hash !== containerHash(spec.container)) {
    return { container: present, spec, message: `Container ${name} definition changed, will be restarted` };
  }
  if (resizeNeedsRestart(spec.container, present.resources)) {
    return { container: present, spec, message: `Container ${name} resize requires restart` };
  }
  const probe = probes.failed(present);
  if (!probe) return undefined;
  return { container: present, spec, probe, message: `Container ${name} failed ${probe} probe, will be restarted` };
}

/** Ephemeral containers are started once. */
function planEphemeral({ pod, observed }: PlanInput, sandbox: ObservedSandbox): Start[] {
  return (pod.spec.ephemeralContainers ?? [])
    .filter(({ name }) => !containerIn(observed, sandbox.id, name))
    .map((container) => startOf(observed, pod, { kind: 'ephemeral', container, target: container.targetContainerName || undefined }));
}

function startOf(observed: ObservedPod, pod: BoundPod, spec: ContainerSpec): Start {
  return { spec, restartCount: nextRestartCount(observed, pod, spec.container.name) };
}

/** One more than the runtime remembers or, where it forgot, than the pod's status says. */
function nextRestartCount(observed: ObservedPod, pod: BoundPod, name: string): number {
  const latest = latestContainer(observed, name);
  if (latest) return latest.state === 'created' ? latest.restartCount : latest.restartCount + 1;
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const status = statuses.find((candidate) => candidate.name === name);
  return status?.containerID ? status.restartCount + 1 : 0;
}
