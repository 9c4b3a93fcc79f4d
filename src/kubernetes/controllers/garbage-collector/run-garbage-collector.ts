import type { Clock } from '../../../base/clock.ts';
import { systemClock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import { apiServices, customResourceDefinitions } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { DiscoveredResource } from '../../client/discovery.ts';
import { discover } from '../../client/discovery.ts';
import type { ChangeHandler } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import { WorkQueue } from '../../client/work-queue.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { groupResource } from '../../machinery/resource.ts';
import { isConflict } from '../../machinery/status.ts';
import { Collector } from './collector.ts';
import type { GraphNode } from './graph.ts';
import { nodeOf, OwnerGraph } from './graph.ts';
import { Monitors } from './monitors.ts';
import { OwnerLookup } from './owner-lookup.ts';

const WORKERS = 20;
const BACKOFF = { base: 5, max: 60_000 };
/** Definitions come in bunches; after the last the server needs a moment to serve them. */
const REDISCOVERY_DELAY = 500;
/** A type that cannot be listed must not keep all the others waiting. */
const SYNC_PATIENCE = 30_000;

export interface GarbageCollectorOptions {
  api: ApiClient;
  informers: Informers;
  /** What the server has. */
  served: readonly DiscoveredResource[];
  log: Log;
  clock?: Clock;
}

/** Deletes dependents of deleted owners, until `signal` aborts. */
export async function runGarbageCollector(
  { api, informers, served, log, clock = systemClock }: GarbageCollectorOptions,
  signal: AbortSignal,
): Promise<void> {
  using queue = new WorkQueue<string>(clock, BACKOFF);
  const graph = new OwnerGraph();
  const onChange = (type: ResourceType) => changeHandler(type, graph, owners, (uid) => queue.add(uid));
  using monitors = new Monitors({ api, informers, clock, log, onChange });
  const owners = new OwnerLookup(api, graph, () => monitors.types);
  const collector = new Collector({ api, graph, owners, enqueue: (uid) => queue.add(uid) });

  const synced = monitors.follow(served);
  rediscoverOnChange({ api, informers, served, log, clock }, monitors, signal);
  await Promise.race([synced, clock.sleep(SYNC_PATIENCE, signal).catch(() => {})]);
  signal.addEventListener('abort', () => queue[Symbol.dispose](), { once: true });
  if (!signal.aborted) await Promise.all(Array.from({ length: WORKERS }, () => work(queue, collector, log, signal)));
}

/** Keeps the graph and queues what a change concerns. */
function changeHandler(
  type: ResourceType,
  graph: OwnerGraph,
  owners: OwnerLookup,
  enqueue: (uid: string) => void,
): ChangeHandler<KubeObject> {
  return ({ next, previous }) => {
    const goneUid = previous && previous.metadata.uid !== next?.metadata.uid ? previous.metadata.uid : undefined;
    if (goneUid !== undefined) forget(goneUid, graph, owners, enqueue);
    if (!next) return;
    const node = nodeOf(type, next);
    const before = graph.set(node);
    if (concernsItself(node, before, graph)) enqueue(node.uid);
    if (node.waitsForDependents && !before?.waitsForDependents)
      for (const dependent of graph.dependentsOf(node.uid)) enqueue(dependent.uid);
    // An owner that is let go of may go.
    if (before) wakeWaiting(before, graph, enqueue);
  };
}

function forget(uid: string, graph: OwnerGraph, owners: OwnerLookup, enqueue: (uid: string) => void): void {
  const gone = graph.delete(uid);
  owners.gone(uid);
  for (const dependent of graph.dependentsOf(uid)) enqueue(dependent.uid);
  if (gone) wakeWaiting(gone, graph, enqueue);
}

function wakeWaiting({ owners }: GraphNode, graph: OwnerGraph, enqueue: (uid: string) => void): void {
  for (const { uid } of owners) if (graph.get(uid)?.waitsForDependents) enqueue(uid);
}

function concernsItself(node: GraphNode, before: GraphNode | undefined, graph: OwnerGraph): boolean {
  if (node.deleting)
    return (node.waitsForDependents && !before?.waitsForDependents) || (node.orphansDependents && !before?.orphansDependents);
  if (before && sameOwners(before, node)) return false;
  // An owner in the graph speaks up itself when it goes.
  return node.owners.some(({ uid }) => {
    const owner = graph.get(uid);
    return !owner || owner.waitsForDependents;
  });
}

function sameOwners(a: GraphNode, b: GraphNode): boolean {
  return a.owners.length === b.owners.length && a.owners.every(({ uid }, index) => uid === b.owners[index]?.uid);
}

/** New definitions and aggregated APIs bring new types. */
function rediscoverOnChange(
  { api, informers, served, log, clock = systemClock }: GarbageCollectorOptions,
  monitors: Monitors,
  signal: AbortSignal,
): void {
  let timer: Disposable | undefined;
  const rediscover = () => {
    discover(api, signal)
      .then((types) => monitors.follow(types))
      .catch((error) => {
        if (!signal.aborted) log.warn({ error: describeError(error) }, 'discovery failed');
      });
  };
  const names = new Set(served.map(groupResource));
  for (const type of [customResourceDefinitions, apiServices] as readonly ResourceType[]) {
    if (!names.has(groupResource(type))) continue;
    const informer = informers.of(type);
    informer.onChange(() => {
      if (!informer.hasSynced) return;
      timer?.[Symbol.dispose]();
      timer = clock.after(REDISCOVERY_DELAY, rediscover);
    });
  }
  signal.addEventListener('abort', () => timer?.[Symbol.dispose](), { once: true });
}

async function work(queue: WorkQueue<string>, collector: Collector, log: Log, signal: AbortSignal): Promise<void> {
  for (let uid = await queue.take(); uid !== undefined && !signal.aborted; uid = await queue.take()) {
    try {
      await collector.process(uid, signal);
      queue.forget(uid);
    } catch (error) {
      if (signal.aborted) return;
      log[isConflict(error) ? 'debug' : 'warn']({ uid, error: describeError(error) }, 'garbage collection failed, trying again');
      queue.retry(uid);
    } finally {
      queue.done(uid);
    }
  }
}
