import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { Node, Pod } from '../api/generated/core-v1.ts';
import { isTerminal } from '../api/helpers/pods.ts';
import {
  deviceClasses,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  podDisruptionBudgets,
  pods,
  replicaSets,
  replicationControllers,
  resourceClaims,
  resourceSlices,
  services,
  statefulSets,
  storageClasses,
} from '../api/resources.ts';
import type { ApiClient } from '../client/api-client.ts';
import { EventRecorder } from '../client/events.ts';
import type { Change } from '../client/informer.ts';
import type { Informers } from '../client/informers.ts';
import type { KubeObject } from '../machinery/meta.ts';
import { keyOf } from '../machinery/meta.ts';
import type { ResourceType } from '../machinery/resource.ts';
import { Cluster } from './cluster/cluster.ts';
import { defaultSelectorFrom } from './default-selector.ts';
import { guardedBy } from './preemption/budgets.ts';
import { defaultProfile } from './profile.ts';
import { SchedulingQueue } from './queue/scheduling-queue.ts';
import { Scheduler } from './scheduler.ts';

export interface SchedulerOptions {
  api: ApiClient;
  informers: Informers;
  log: Log;
  clock?: Clock;
  /** Pods with this `schedulerName` are its business. */
  name?: string;
  /** Whether the server has a type; kinds it lacks are done without. */
  serves?: (type: ResourceType) => boolean;
}

const STORAGE = [persistentVolumes, persistentVolumeClaims, storageClasses] as const;
const DEVICES = [resourceClaims, resourceSlices, deviceClasses] as const;

/** Gives every pod that waits for one a node, until `signal` aborts. */
export async function runScheduler(options: SchedulerOptions, signal: AbortSignal): Promise<void> {
  const { api, informers, log, clock = systemClock, name = 'default-scheduler', serves = () => true } = options;
  const lister = <T extends KubeObject>(type: ResourceType<T>) => (serves(type) ? informers.of(type) : undefined);
  // Asked for now, so that they are here when the first pod is decided on.
  for (const type of [services, replicaSets, replicationControllers, statefulSets, podDisruptionBudgets]) lister(type as ResourceType);
  const hasStorage = STORAGE.every(serves);
  const hasDevices = DEVICES.every(serves);

  const cluster = new Cluster((namespace) => informers.of(namespaces).get(namespace)?.metadata.labels);
  const profile = defaultProfile({
    defaultSelector: defaultSelectorFrom(lister),
    storage: hasStorage ? { lister: (type) => informers.of(type) } : undefined,
    devices: hasDevices
      ? { claims: informers.of(resourceClaims), slices: informers.of(resourceSlices), classes: informers.of(deviceClasses), clock }
      : undefined,
    api,
  });
  const queue = new SchedulingQueue(clock, (pod) => profile.preEnqueue.some((plugin) => plugin.preEnqueue(pod) !== undefined));
  const events = new EventRecorder({ api, component: name, signal, clock, log });

  informers.of(nodes).onChange((change) => onNode(change, cluster, queue));
  informers.of(pods).onChange((change) => onPod(change, cluster, queue, name));
  informers.of(namespaces).onChange(({ next, previous }) => {
    if (previous && differ(next?.metadata.labels, previous.metadata.labels)) queue.happened('Namespace/Update');
  });
  if (hasStorage) for (const type of STORAGE) informers.of(type as ResourceType).onChange(() => queue.happened('Storage/Change'));
  if (hasDevices) for (const type of DEVICES) informers.of(type as ResourceType).onChange(() => queue.happened('Devices/Change'));

  await Promise.race([informers.synced(), ended(signal)]);
  const isProtected = guardedBy(() => lister(podDisruptionBudgets)?.list() ?? []);
  new Scheduler({ profile, cluster, queue, api, events, clock, log, isProtected }, signal).start();
  await ended(signal);
  queue[Symbol.dispose]();
}

function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function onNode({ next, previous }: Change<Node>, cluster: Cluster, queue: SchedulingQueue): void {
  if (!next) {
    cluster.removeNode(previous?.metadata.name ?? '');
    return;
  }
  cluster.setNode(next);
  if (!previous) {
    queue.happened('Node/Add');
    return;
  }
  if (differ(next.spec.taints, previous.spec.taints) || next.spec.unschedulable !== previous.spec.unschedulable)
    queue.happened('Node/UpdateTaint');
  if (differ(next.metadata.labels, previous.metadata.labels)) queue.happened('Node/UpdateLabel');
  if (differ(next.status?.allocatable, previous.status?.allocatable)) queue.happened('Node/UpdateAllocatable');
}

function onPod({ next, previous }: Change<Pod>, cluster: Cluster, queue: SchedulingQueue, schedulerName: string): void {
  const key = keyOf((next ?? previous) as Pod);
  if (next?.spec.nodeName) onAssigned(next, previous, key, cluster, queue);
  else if (next && isOurs(next, schedulerName)) {
    queue.set(next);
    cluster.nominate(next, next.status?.nominatedNodeName);
  } else {
    queue.delete(key);
    if (!next || !cluster.isAssumed(key)) cluster.removePod(key);
    if (previous) cluster.nominate(previous, undefined);
    if (previous?.spec.nodeName) queue.happened('AssignedPod/Delete');
  }
}

function onAssigned(next: Pod, previous: Pod | undefined, key: string, cluster: Cluster, queue: SchedulingQueue): void {
  queue.delete(key);
  cluster.nominate(next, undefined);
  cluster.setPod(next);
  if (isTerminal(next)) {
    if (previous && !isTerminal(previous)) queue.happened('AssignedPod/Delete');
  } else if (!previous?.spec.nodeName) queue.happened('AssignedPod/Add');
  else if (differ(next.metadata.labels, previous.metadata.labels) || next.metadata.generation !== previous.metadata.generation)
    queue.happened('AssignedPod/Update');
}

function isOurs(pod: Pod, schedulerName: string): boolean {
  return (pod.spec.schedulerName || 'default-scheduler') === schedulerName && !pod.metadata.deletionTimestamp && !isTerminal(pod);
}

function differ(a: unknown, b: unknown): boolean {
  return a !== b && JSON.stringify(a) !== JSON.stringify(b);
}
