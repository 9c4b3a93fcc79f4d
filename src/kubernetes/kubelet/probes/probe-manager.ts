import type { Clock } from '../../../base/clock.ts';
import type { Probe } from '../../api/generated/core-v1.ts';
import type { CriClient } from '../cri/cri-client.ts';
import type { ProbeVerdicts } from '../pods/plan.ts';
import type { BoundPod, ContainerSpec } from '../pods/pod.ts';
import { containersOf, isSidecar } from '../pods/pod.ts';
import type { PodEvents } from '../pods/pod-events.ts';
import type { ObservedContainer, ObservedPod } from '../runtime/observed.ts';
import { latestContainer } from '../runtime/observed.ts';
import type { Readiness } from '../status/container-status.ts';
import { runProbe } from './handlers.ts';
import type { ProbeOutcome } from './probe-outcome.ts';
import type { ProbeKind } from './probe-worker.ts';
import { ProbeWorker } from './probe-worker.ts';

const TITLES: Record<ProbeKind, string> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' };
const MAX_EVENT_OUTPUT = 1024;

type Workers = Partial<Record<ProbeKind, ProbeWorker>>;

interface ProbedContainer {
  podUid: string;
  name: string;
  workers: Workers;
}

export interface ProbeManagerOptions {
  cri: CriClient;
  clock: Clock;
  events: PodEvents;
  /** A verdict about a container of this pod changed. */
  onChange(podUid: string): void;
}

/** The probes of every running container on the node. */
export class ProbeManager implements ProbeVerdicts, Readiness {
  readonly #options: ProbeManagerOptions;
  /** By container id: a restarted container begins anew. */
  readonly #probed = new Map<string, ProbedContainer>();

  constructor(options: ProbeManagerOptions) {
    this.#options = options;
  }

  /** Begins and ends probing to match what runs. */
  sync(pod: BoundPod, observed: ObservedPod): void {
    const running = new Set<string>();
    for (const spec of containersOf(pod)) {
      const { container, kind } = spec;
      const latest = latestContainer(observed, container.name);
      const probes = kind === 'app' || (kind === 'init' && isSidecar(container));
      if (!probes || latest?.state !== 'running') continue;
      running.add(latest.id);
      if (!this.#probed.has(latest.id)) this.#begin(pod, spec, latest, observed);
    }
    for (const [id, { podUid }] of this.#probed) if (podUid === pod.metadata.uid && !running.has(id)) this.#end(id);
  }

  isStarted(container: ObservedContainer): boolean {
    const startup = this.#probed.get(container.id)?.workers.startup;
    return container.state === 'running' && (startup?.passing ?? true);
  }

  isReady(container: ObservedContainer): boolean {
    return this.isStarted(container) && (this.#probed.get(container.id)?.workers.readiness?.passing ?? true);
  }

  failed(container: ObservedContainer): 'liveness' | 'startup' | undefined {
    const { startup, liveness } = this.#probed.get(container.id)?.workers ?? {};
    if (startup?.decided && !startup.passing) return 'startup';
    return liveness?.decided && !liveness.passing ? 'liveness' : undefined;
  }

  /** The container is being stopped: it is not judged any more, but shows until the end whether it is ready. */
  stopContainer(podUid: string, name: string): void {
    for (const probed of this.#probed.values()) {
      if (probed.podUid !== podUid || probed.name !== name) continue;
      probed.workers.liveness?.[Symbol.dispose]();
      probed.workers.startup?.[Symbol.dispose]();
    }
  }

  remove(podUid: string): void {
    for (const [id, probed] of this.#probed) if (probed.podUid === podUid) this.#end(id);
  }

  #begin(pod: BoundPod, spec: ContainerSpec, running: ObservedContainer, observed: ObservedPod): void {
    const { startupProbe, livenessProbe, readinessProbe } = spec.container;
    const probed: ProbedContainer = { podUid: pod.metadata.uid, name: running.name, workers: {} };
    if (!startupProbe && !livenessProbe && !readinessProbe) return;
    this.#probed.set(running.id, probed);
    const before = reported(pod, running);
    const make = (kind: ProbeKind, probe: Probe | undefined, initial: boolean) => {
      if (probe) probed.workers[kind] = this.#worker(pod, spec, running, observed, kind, probe, initial);
    };
    // What an earlier kubelet found out about this very container still holds.
    if (!before.started) make('startup', startupProbe, false);
    make('liveness', livenessProbe, true);
    make('readiness', readinessProbe, before.ready);
    this.#release(probed);
  }

  #end(id: string): void {
    for (const worker of Object.values(this.#probed.get(id)?.workers ?? {})) worker[Symbol.dispose]();
    this.#probed.delete(id);
  }

  /** Liveness and readiness count only once the container has started. */
  #release({ workers }: ProbedContainer): void {
    const { startup, liveness, readiness } = workers;
    if (startup && !startup.passing) {
      startup.release();
      return;
    }
    liveness?.release();
    readiness?.release();
  }

  #worker(
    pod: BoundPod,
    spec: ContainerSpec,
    running: ObservedContainer,
    observed: ObservedPod,
    kind: ProbeKind,
    probe: Probe,
    initial: boolean,
  ): ProbeWorker {
    const { cri, clock, onChange } = this.#options;
    const podIP = addressOf(pod, observed);
    const target = { container: spec.container, containerId: running.id, podIP };
    return new ProbeWorker({
      kind,
      probe,
      clock,
      startedAt: running.startedAt,
      initial,
      run: () => runProbe(cri, probe, target),
      onOutcome: (outcome) => this.#tell(pod, spec, kind, outcome),
      onChange: () => {
        const probed = this.#probed.get(running.id);
        if (probed) this.#release(probed);
        onChange(pod.metadata.uid);
      },
    });
  }

  #tell(pod: BoundPod, spec: ContainerSpec, kind: ProbeKind, { result, output, warning }: ProbeOutcome): void {
    const { events } = this.#options;
    const text = output.slice(0, MAX_EVENT_OUTPUT);
    if (warning) events.warning(pod, 'ProbeWarning', `${TITLES[kind]} probe warning: ${text}`, spec);
    else if (result === 'failure') events.warning(pod, 'Unhealthy', `${TITLES[kind]} probe failed: ${text}`, spec);
    else if (result === 'error')
      events.warning(pod, 'Unhealthy', `${TITLES[kind]} probe errored and resulted in unknown state: ${text}`, spec);
  }
}

/** What the pod's status says of this container, if it is about the same instance. */
function reported(pod: BoundPod, running: ObservedContainer): { started: boolean; ready: boolean } {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const status = statuses.find(({ containerID }: { containerID?: string }) => containerID?.endsWith(`//${running.id}`));
  return { started: status?.started ?? false, ready: status?.ready ?? false };
}

/** Host network pods are reached over loopback where the node's address is not known yet. */
function addressOf(pod: BoundPod, observed: ObservedPod): string {
  return observed.sandboxes[0]?.ips[0] ?? pod.status?.podIP ?? (pod.spec.hostNetwork ? '127.0.0.1' : '');
}
