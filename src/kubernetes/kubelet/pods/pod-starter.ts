import { mkdir } from 'node:fs/promises';
import { ContainerStarter } from '../containers/container-starter.ts';
import type { ContainerStopper } from '../containers/container-stopper.ts';
import { ImagePullError, StartError } from '../containers/errors.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import { currentSandbox, latestContainer } from '../runtime/observed.ts';
import type { PodServices } from '../services.ts';
import { hostsPath } from '../volumes/container-mounts.ts';
import { VolumeError } from '../volumes/volume-error.ts';
import type { PodVolumes } from '../volumes/volume-manager.ts';
import { writeHostsFile } from './hosts-file.ts';
import type { Kill, Plan, Start } from './plan.ts';
import { planPod } from './plan.ts';
import type { BoundPod } from './pod.ts';
import type { PodSandboxes } from './pod-sandbox.ts';
import type { StartRetries } from './retries.ts';

/** Carries out plans for one pod: sandbox and volumes at the same time, then kills, then starts. */
export class PodStarter {
  readonly #services: PodServices;
  readonly #sandboxes: PodSandboxes;
  readonly #stopper: ContainerStopper;
  readonly #starter: ContainerStarter;
  readonly #retries: StartRetries;

  constructor(services: PodServices, sandboxes: PodSandboxes, stopper: ContainerStopper, retries: StartRetries) {
    this.#services = services;
    this.#sandboxes = sandboxes;
    this.#stopper = stopper;
    this.#starter = new ContainerStarter(services);
    this.#retries = retries;
  }

  /** Returns whether anything was done, so that the pod is worth another look. */
  async carryOut(pod: BoundPod, observed: ObservedPod, plan: Plan, signal: AbortSignal): Promise<boolean> {
    const starts = plan.start.filter(({ spec }) => this.#retries.mayStart(spec.container.name));
    if (plan.createSandbox === undefined && plan.kill.length === 0 && starts.length === 0) return false;
    await mkdir(this.#podDirectory(pod), { recursive: true, mode: 0o750 });
    const [volumes, current] = await this.#prepare(pod, observed, plan, signal);
    const next = plan.createSandbox === undefined ? plan : planPod({ pod, observed: current, probes: this.#services.probes });
    await Promise.all(next.kill.map((kill) => this.#kill(pod, current, kill)));
    const due = next.start.filter(({ spec }) => this.#retries.mayStart(spec.container.name));
    await this.#startAll(pod, current, volumes, due, signal);
    return true;
  }

  #podDirectory(pod: BoundPod): string {
    return `${this.#services.options.rootDirectory}/pods/${pod.metadata.uid}`;
  }

  /** Neither waits for the other: the sandbox's network is the slower. */
  async #prepare(pod: BoundPod, observed: ObservedPod, plan: Plan, signal: AbortSignal): Promise<[PodVolumes, ObservedPod]> {
    const [volumes, current] = await Promise.allSettled([
      this.setUpVolumes(pod, observed, signal),
      this.#sandbox(pod, observed, plan, signal),
    ]);
    signal.throwIfAborted();
    if (volumes.status === 'rejected') throw volumes.reason;
    if (current.status === 'rejected') throw current.reason;
    return [volumes.value, current.value];
  }

  async setUpVolumes(pod: BoundPod, observed: ObservedPod, signal: AbortSignal): Promise<PodVolumes> {
    const { volumes, node, events } = this.#services;
    try {
      return await volumes.setUp(pod, node.podFacts(ipsOf(pod, observed, node.hostIPs)), signal);
    } catch (error) {
      if (error instanceof VolumeError) events.warning(pod, 'FailedMount', error.message);
      throw error;
    }
  }

  async #sandbox(pod: BoundPod, observed: ObservedPod, plan: Plan, signal: AbortSignal): Promise<ObservedPod> {
    if (plan.createSandbox === undefined) return observed;
    if (observed.sandboxes.length > 0) {
      this.#services.events.normal(pod, 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
      await this.#sandboxes.stopAll(observed);
    }
    await this.#sandboxes.create(pod, plan.createSandbox, signal);
    return await this.#services.observer.observe(pod.metadata.uid, pod.metadata.name, pod.metadata.namespace);
  }

  async #kill(pod: BoundPod, observed: ObservedPod, { container, message, spec, probe }: Kill): Promise<void> {
    const { livenessProbe, startupProbe } = spec.container;
    const ofProbe = probe && (probe === 'liveness' ? livenessProbe : startupProbe)?.terminationGracePeriodSeconds;
    const grace = ofProbe ?? pod.spec.terminationGracePeriodSeconds ?? 30;
    const podIP = ipsOf(pod, observed, this.#services.node.hostIPs)[0] ?? '';
    await this.#stopper.stop({ pod, container, message, grace, podIP });
  }

  /** Containers start in order where a hook holds up the next; otherwise there is no need to wait. */
  async #startAll(pod: BoundPod, observed: ObservedPod, volumes: PodVolumes, starts: readonly Start[], signal: AbortSignal): Promise<void> {
    const sandbox = currentSandbox(observed);
    if (starts.length === 0 || !sandbox) return;
    const { node, options } = this.#services;
    const podIPs = ipsOf(pod, observed, node.hostIPs);
    const podDirectory = this.#podDirectory(pod);
    const sandboxConfig = this.#sandboxes.configOf(pod, sandbox.attempt);
    await writeHostsFile(hostsPath(podDirectory), pod, podIPs, options.clusterDomain);
    const context = { pod, observed, sandbox, sandboxConfig, volumes, facts: node.podFacts(podIPs), podDirectory, signal };
    const startOne = async (start: Start) => this.#attempt(context, start);
    const inOrder = starts.some(({ spec }) => spec.container.lifecycle?.postStart);
    if (!inOrder) await Promise.all(starts.map(startOne));
    else for (const start of starts) await startOne(start);
  }

  async #attempt(context: Parameters<ContainerStarter['start']>[0], start: Start): Promise<void> {
    const { name } = start.spec.container;
    try {
      await this.#starter.start(context, start);
      this.#retries.started(name);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof StartError)) throw error;
      this.#retries.failed(name, error, this.#delayFor(context.pod, context.observed, error, name));
    }
  }

  #delayFor(pod: BoundPod, observed: ObservedPod, error: StartError, name: string): number | undefined {
    const { crashes } = this.#services;
    const { reason } = error;
    if (reason === 'CrashLoopBackOff')
      return crashes.remaining(this.#starter.crashKey(pod, name), latestContainer(observed, name)?.finishedAt ?? 0);
    // The first look after a failed pull shows the back-off instead of the error, as users know it.
    if (error instanceof ImagePullError) return reason === 'ErrImagePull' ? Math.min(10_000, error.retryAfter) : error.retryAfter;
    // The container ran and its hook ended it: it is an exited container like any other from here on.
    if (reason === 'PostStartHookError' || reason === 'RunContainerError') return 0;
    return undefined;
  }
}

function ipsOf(pod: BoundPod, observed: ObservedPod, hostIPs: readonly string[]): readonly string[] {
  if (pod.spec.hostNetwork) return hostIPs;
  return currentSandbox(observed)?.ips ?? [];
}
