import type { ObservedPod } from '../runtime/observed.ts';
import type { PodServices } from '../services.ts';
import { annotations } from './labels.ts';
import type { BoundPod } from './pod.ts';
import { isStaticPod } from './pod.ts';
import { PodWorker } from './pod-worker.ts';

/** Asked before a new pod is let in; a reason refuses it. */
export type Admission = (pod: BoundPod, others: readonly BoundPod[]) => { reason: string; message: string } | undefined;

/** The pods of this node, each with its worker. */
export class PodManager {
  readonly #services: () => PodServices;
  readonly #admit: Admission;
  readonly #workers = new Map<string, PodWorker>();

  constructor(services: () => PodServices, admit: Admission) {
    this.#services = services;
    this.#admit = admit;
  }

  /** Pods that still use the node, and those that have ended but not been deleted. */
  get workers(): Iterable<PodWorker> {
    return this.#workers.values();
  }

  get(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  /** By `namespace` and `name`; the newest where one took the name of another that is still ending. */
  find(namespace: string, name: string): PodWorker | undefined {
    return [...this.#workers.values()].findLast(({ pod }) => pod.metadata.namespace === namespace && pod.metadata.name === name);
  }

  /** A pod was bound to the node or changed. */
  set(pod: BoundPod): void {
    const present = this.#workers.get(pod.metadata.uid);
    if (present) present.update(pod);
    else this.#add(pod);
  }

  /** The API (or the manifest directory) no longer has the pod. */
  delete(uid: string): void {
    this.#workers.get(uid)?.remove();
  }

  kick(uid: string): void {
    this.#workers.get(uid)?.kick();
  }

  kickAll(): void {
    for (const worker of this.#workers.values()) worker.kick();
  }

  /** Nothing is done for any pod any more; what runs goes on running. */
  detachAll(): void {
    for (const worker of this.#workers.values()) worker.detach();
    this.#workers.clear();
  }

  /** What runs here of pods that the API has forgotten is ended as they would have been. */
  adopt(observed: Iterable<ObservedPod>): void {
    for (const pod of observed) if (!this.#workers.has(pod.uid)) this.#begin(forgotten(pod), true).kick();
  }

  #add(pod: BoundPod): void {
    const { deletionTimestamp } = pod.metadata;
    const started = pod.status?.startTime !== undefined;
    const others = [...this.#workers.values()].filter((worker) => !worker.isTerminated).map((worker) => worker.pod);
    const worker = this.#begin(pod, false);
    const refusal = started || deletionTimestamp || isStaticPod(pod) ? undefined : this.#admit(pod, others);
    if (refusal) {
      this.#services().events.warning(pod, refusal.reason, refusal.message);
      worker.end({ reason: refusal.reason, message: `Pod was rejected: ${refusal.message}` });
    } else worker.kick();
  }

  #begin(pod: BoundPod, removed: boolean): PodWorker {
    const { uid } = pod.metadata;
    const worker = new PodWorker(this.#services(), pod, removed, () => this.#workers.delete(uid));
    this.#workers.set(uid, worker);
    return worker;
  }
}

/** A pod made of what the runtime remembers of it: enough to end it. */
function forgotten({ uid, name, namespace, containers }: ObservedPod): BoundPod {
  const grace = containers[0]?.annotations[annotations.deletionGracePeriod] ?? containers[0]?.annotations[annotations.gracePeriod];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { uid, name, namespace, ...(grace === undefined ? {} : { deletionGracePeriodSeconds: Number(grace) }) },
    spec: { containers: [], nodeName: '' },
  };
}
