import type { Clock } from '../../base/clock.ts';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Pod } from '../api/generated/core-v1.ts';
import { podCondition } from '../api/helpers/pods.ts';
import { pods } from '../api/resources.ts';
import type { ApiClient } from '../client/api-client.ts';
import type { EventRecorder } from '../client/events.ts';
import { formatTime } from '../machinery/meta.ts';
import { isNotFound } from '../machinery/status.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { NodeInfo } from './cluster/node-info.ts';
import type { PodInfo } from './cluster/pod-info.ts';
import { podInfo } from './cluster/pod-info.ts';
import type { Diagnosis } from './framework/diagnosis.ts';
import { describeDiagnosis } from './framework/diagnosis.ts';
import { findNode, NodeRotation } from './framework/find-node.ts';
import type { Profile } from './framework/plugin.ts';
import type { Protects } from './preemption/candidates.ts';
import type { PreemptionContext } from './preemption/preempt.ts';
import { choosePreemption, evictVictims } from './preemption/preempt.ts';
import type { QueuedPod, SchedulingQueue } from './queue/scheduling-queue.ts';

export interface SchedulerParts {
  profile: Profile;
  cluster: Cluster;
  queue: SchedulingQueue;
  api: ApiClient;
  events: EventRecorder;
  clock: Clock;
  log: Log;
  isProtected: Protects;
}

/** Decisions are made for so long before the event loop gets its turn: their bindings have to get out. */
const TURN = 10;

/** Takes pods from the queue one after the other, decides where each goes, and has the API server know, many at a time. */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #rotation = new NodeRotation();
  readonly #signal: AbortSignal;
  #running = false;

  constructor(parts: SchedulerParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  /** Schedules whatever is ready, and from now on whatever becomes so. */
  start(): void {
    this.#parts.queue.onReady(() => void this.#run());
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    // What arrives together is sorted by priority before the first is taken.
    await nextTurn();
    let turnEnds = performance.now() + TURN;
    for (let queued = this.#parts.queue.take(); queued && !this.#signal.aborted; queued = this.#parts.queue.take()) {
      this.#schedule(queued);
      if (performance.now() < turnEnds) continue;
      await nextTurn();
      turnEnds = performance.now() + TURN;
    }
    this.#running = false;
  }

  #schedule(queued: QueuedPod): void {
    const { profile, cluster, queue, log } = this.#parts;
    try {
      const info = podInfo(queued.pod);
      const decision = findNode(profile, info, cluster, this.#rotation);
      if (decision.node) this.#place(queued, info, decision.node);
      else this.#reject(queued, info, decision.diagnosis);
    } catch (error) {
      log.error({ pod: queued.key, err: error }, 'scheduling failed');
      queue.failed(queued);
    }
  }

  #place(queued: QueuedPod, info: PodInfo, node: NodeInfo): void {
    this.#parts.cluster.assume(queued.pod, node.name);
    this.#parts.cluster.nominate(queued.pod, undefined);
    void this.#bind(queued, info, node);
  }

  async #bind(queued: QueuedPod, info: PodInfo, node: NodeInfo): Promise<void> {
    const { profile, cluster, queue, api, events, log } = this.#parts;
    const { pod, key } = queued;
    try {
      for (const plugin of profile.reserve ?? []) plugin.reserve(info, node);
      for (const plugin of profile.preBind) await plugin.preBind(info, node, this.#signal);
      await bind(api, pod, node.name, this.#signal);
      queue.placed(queued);
      events.normal(pod, 'Scheduled', `Successfully assigned ${key} to ${node.name}`);
    } catch (error) {
      cluster.forget(key);
      for (const plugin of profile.reserve ?? []) plugin.unreserve(info);
      if (isNotFound(error)) {
        queue.delete(key);
        return;
      }
      if (this.#signal.aborted) return;
      log.warn({ pod: key, node: node.name, error: describeError(error) }, 'binding failed');
      events.warning(pod, 'FailedScheduling', `binding rejected: ${(error as Error).message}`);
      queue.failed(queued);
    }
  }

  #reject(queued: QueuedPod, info: PodInfo, diagnosis: Diagnosis): void {
    const { queue, cluster, events, log } = this.#parts;
    const context: PreemptionContext = this.#parts;
    const outcome = choosePreemption(info, diagnosis, context);
    const nodeName = outcome.candidate?.node.name;
    const after = outcome.candidate ? '' : `preemption: ${outcome.message}`;
    const message = describeDiagnosis(diagnosis, diagnosis.nodeCount === 0 ? '' : after);
    cluster.nominate(queued.pod, nodeName ?? queued.pod.status?.nominatedNodeName);
    // Its victims' going brings it back.
    if (outcome.candidate) diagnosis.wakesOn.add('AssignedPod/Delete');
    queue.rejected(queued, diagnosis.wakesOn);
    events.warning(queued.pod, 'FailedScheduling', message);
    const evicting = outcome.candidate ? evictVictims(info, outcome.candidate, context, this.#signal) : Promise.resolve();
    Promise.all([evicting, this.#tellUnschedulable(queued.pod, message, nodeName)]).catch((error) => {
      if (!this.#signal.aborted && !isNotFound(error)) log.warn({ pod: queued.key, error: describeError(error) }, 'status not written');
    });
  }

  async #tellUnschedulable(pod: Pod, message: string, nominatedNodeName: string | undefined): Promise<void> {
    const { api, clock } = this.#parts;
    const present = podCondition(pod, 'PodScheduled');
    const same = present?.status === 'False' && present.reason === 'Unschedulable' && present.message === message;
    if (same && (!nominatedNodeName || nominatedNodeName === pod.status?.nominatedNodeName)) return;
    const lastTransitionTime = present?.status === 'False' ? present.lastTransitionTime : formatTime(clock.now());
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message,
      lastProbeTime: null,
      lastTransitionTime,
      ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
    };
    const patch = { status: { conditions: [condition], ...(nominatedNodeName ? { nominatedNodeName } : {}) } };
    const { namespace, name = '' } = pod.metadata;
    await api.patch(pods, { namespace, name }, patch, { type: 'strategic', subresource: 'status' }, this.#signal);
  }
}

async function bind(api: ApiClient, pod: Pod, node: string, signal: AbortSignal): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata;
  const binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { namespace, name, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  };
  await api.createSubresource(pods, { namespace, name }, 'binding', binding, signal);
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
