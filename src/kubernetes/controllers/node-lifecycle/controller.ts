import type { Lease } from '../../api/generated/coordination-v1.ts';
import type { Node, NodeCondition, Pod } from '../../api/generated/core-v1.ts';
import { isReady, podCondition } from '../../api/helpers/pods.ts';
import { leases, nodes, pods } from '../../api/resources.ts';
import type { Change } from '../../client/informer.ts';
import { formatTime } from '../../machinery/meta.ts';
import { isConflict, isNotFound } from '../../machinery/status.ts';
import type { ControllerContext, ControllerDefinition } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { BY_NODE, indexByNode } from '../framework/pods-by-node.ts';
import { Heartbeats } from './heartbeats.ts';
import { taintsFor } from './taints.ts';

const LEASES = { namespace: 'kube-node-lease' };
/** What only the kubelet can know. */
const KUBELET_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

export interface NodeLifecycleOptions {
  /** How long a node may be silent; default 50 s. */
  gracePeriod?: number;
}

/** Notices nodes that fell silent and keeps taints in line with what is known of a node. */
export function nodeLifecycleController({ gracePeriod = 50_000 }: NodeLifecycleOptions = {}): ControllerDefinition {
  const heartbeats = new Heartbeats();
  return defineController({
    name: 'node-lifecycle',
    eventSource: 'node-controller',
    primary: nodes,
    // Renewals, the busiest writes of a quiet cluster, wake nobody: they are only noted.
    watches: [watchOf(leases, (change, _, now) => noteRenewal(change, heartbeats, now), LEASES)],
    needs: [pods],
    prepare: indexByNode,

    async reconcile(name, context, signal) {
      const { cache, clock } = context;
      const node = cache.get(nodes, name);
      if (!node) {
        heartbeats.forget(name);
        return done;
      }
      const left = gracePeriod - heartbeats.silence(node, clock.now());
      const current = left > 0 ? node : await tellSilent(node, context, signal);
      await setTaints(current, context, signal);
      if (conditionOf(current, 'Ready')?.status !== 'True') await markPodsNotReady(current, context, signal);
      return left > 0 ? { after: left } : { after: gracePeriod };
    },
  });
}

function noteRenewal({ next, previous }: Change<Lease>, heartbeats: Heartbeats, now: number): [] {
  if (next && next.spec?.renewTime !== previous?.spec?.renewTime) heartbeats.renewed(next.metadata.name ?? '', now);
  return [];
}

function conditionOf({ status }: Node, type: string): NodeCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}

/** What a silent node last said is no longer known to hold. */
async function tellSilent(node: Node, { api, clock, events }: ControllerContext, signal: AbortSignal): Promise<Node> {
  const now = formatTime(clock.now());
  const stale = KUBELET_CONDITIONS.filter((type) => conditionOf(node, type)?.status !== 'Unknown');
  if (stale.length === 0) return node;
  const conditions = [...(node.status?.conditions ?? [])];
  for (const type of stale) {
    const index = conditions.findIndex((condition) => condition.type === type);
    const present = conditions[index];
    const unknown = present
      ? {
          ...present,
          status: 'Unknown',
          reason: 'NodeStatusUnknown',
          message: 'Kubelet stopped posting node status.',
          lastTransitionTime: now,
        }
      : {
          type,
          status: 'Unknown',
          reason: 'NodeStatusNeverUpdated',
          message: 'Kubelet never posted node status.',
          lastHeartbeatTime: node.metadata.creationTimestamp ?? now,
          lastTransitionTime: now,
        };
    if (present) conditions[index] = unknown;
    else conditions.push(unknown);
  }
  const wasReady = conditionOf(node, 'Ready')?.status === 'True';
  const updated = await api.updateStatus(nodes, { ...node, status: { ...node.status, conditions } }, {}, signal);
  if (wasReady) events.normal(node, 'NodeNotReady', `Node ${node.metadata.name} status is now: NodeNotReady`);
  return updated;
}

async function setTaints(node: Node, { api, clock }: ControllerContext, signal: AbortSignal): Promise<void> {
  const taints = taintsFor(node, clock.now());
  if (taints) await api.update(nodes, { ...node, spec: { ...node.spec, taints } }, {}, signal);
}

/** Services stop sending to pods of a node that is gone; the kubelet can no longer say so itself. */
async function markPodsNotReady(node: Node, context: ControllerContext, signal: AbortSignal): Promise<void> {
  if (conditionOf(node, 'Ready')?.status !== 'Unknown') return;
  for (const pod of context.cache.byIndex(pods, BY_NODE, node.metadata.name ?? ''))
    if (isReady(pod)) await markNotReady(pod, context, signal);
}

async function markNotReady(pod: Pod, { api, clock, events }: ControllerContext, signal: AbortSignal): Promise<void> {
  const { namespace, name = '' } = pod.metadata;
  const condition = { ...podCondition(pod, 'Ready'), type: 'Ready', status: 'False', lastTransitionTime: formatTime(clock.now()) };
  try {
    await api.patch(
      pods,
      { namespace, name },
      { status: { conditions: [condition] } },
      { type: 'strategic', subresource: 'status' },
      signal,
    );
    events.warning(pod, 'NodeNotReady', 'Node is not ready');
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
