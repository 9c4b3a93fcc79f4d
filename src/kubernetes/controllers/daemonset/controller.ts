import type { DaemonSet } from '../../api/generated/apps-v1.ts';
import type { Node, Pod } from '../../api/generated/core-v1.ts';
import { controllerRevisions, daemonSets, nodes, pods } from '../../api/resources.ts';
import type { Change } from '../../client/informer.ts';
import { keyOf } from '../../machinery/meta.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import type { Cache } from '../framework/cache.ts';
import { claim } from '../framework/claim.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { createPod, deletePod, podFromTemplate } from '../framework/pod-control.ts';
import { currentRevision, forgetRevisions, hashLabel, REVISION_HASH } from '../framework/revisions.ts';
import { slowStart } from '../framework/slow-start.ts';
import { nodeOf, specForNode } from './placement.ts';
import type { DaemonState, Plan } from './plan.ts';
import { planPlacement, planUpdate } from './plan.ts';
import { daemonStatus, nextAvailability } from './status.ts';

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';
/** A daemon that ends at once must not be restarted without pause. */
const LEAST_LIFETIME = 5_000;

/** DaemonSets have one pod on every node that suits it. */
export const daemonSetController = defineController({
  name: 'daemonset',
  primary: daemonSets,
  owned: [pods, controllerRevisions],
  adopts: (daemonSet, labels) => selectorFrom(daemonSet.spec.selector).matches(labels),
  watches: [watchOf(nodes, everyDaemonSet)],

  async reconcile(key, context, signal) {
    const daemonSet = context.cache.get(daemonSets, key);
    if (!daemonSet) return done;
    const selector = selectorFrom(daemonSet.spec.selector);
    if (selector.empty) {
      context.events.warning(daemonSet, 'SelectingAll', 'This daemon set is selecting all pods. A non-empty selector is required.');
      return done;
    }
    const claimed = await claim({ type: pods, owner: daemonSet, ownerType: daemonSets, selector }, context, signal);
    if (daemonSet.metadata.deletionTimestamp) return done;
    const { current, old, collisionCount } = await currentRevision(daemonSet, daemonSets, context, signal);
    const before = stateOf(daemonSet, claimed, hashLabel(current), context);

    const outcome = await act(before, planPlacement(before), context, signal);
    const placed = stateOf(daemonSet, context.cache.ownedBy(pods, daemonSet), hashLabel(current), context);
    if (outcome.error === undefined) await act(placed, planUpdate(placed), context, signal);

    const after = stateOf(daemonSet, context.cache.ownedBy(pods, daemonSet), hashLabel(current), context);
    const live = new Set(claimed.map(({ metadata }) => metadata.labels?.[REVISION_HASH] ?? ''));
    await forgetRevisions(daemonSet, old, (revision) => live.has(hashLabel(revision)), context, signal);
    await writeStatus(after, collisionCount, context, signal);
    if (outcome.error !== undefined) throw outcome.error;
    return soonest({ after: nextAvailability(after) }, outcome);
  },
});

/** A new node, or one whose labels or taints changed, may want or lose daemons. */
function everyDaemonSet({ next, previous }: Change<Node>, cache: Cache): string[] {
  const same =
    next && previous && semanticallyEqual(next.metadata.labels, previous.metadata.labels) && semanticallyEqual(next.spec, previous.spec);
  return same ? [] : cache.list(daemonSets).map(keyOf);
}

function stateOf(daemonSet: DaemonSet, daemonPods: readonly Pod[], hash: string, { cache, clock }: ControllerContext): DaemonState {
  const podsByNode = Map.groupBy(daemonPods, nodeOf);
  return { daemonSet, nodes: cache.list(nodes), podsByNode, hash, now: clock.now() };
}

async function act(
  { daemonSet, hash }: DaemonState,
  plan: Plan,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<Result & { error?: unknown }> {
  await Promise.all(plan.delete.map((pod) => deletePod(pod, daemonSet, context, signal)));
  const waits = await Promise.all(plan.ended.map((pod) => removeEnded(pod, daemonSet, context, signal)));
  const after = waits.filter((wait) => wait > 0);
  const result = after.length > 0 ? { after: Math.min(...after) } : {};
  try {
    await slowStart(plan.create.length, async (index) => {
      await createPod(daemonPod(daemonSet, plan.create[index] ?? '', hash), daemonSet, context, signal);
    });
    return result;
  } catch (error) {
    return { ...result, error };
  }
}

function daemonPod(daemonSet: DaemonSet, node: string, hash: string): Pod {
  const pod = podFromTemplate(daemonSet.spec.template, daemonSet, daemonSets);
  const generation = daemonSet.metadata.annotations?.[TEMPLATE_GENERATION];
  pod.metadata.labels = { ...pod.metadata.labels, ...(generation ? { 'pod-template-generation': generation } : {}), [REVISION_HASH]: hash };
  pod.spec = specForNode(daemonSet, node);
  return pod;
}

/** Deletes a pod that ended, unless it did so too soon after it began: then returns how long to wait yet. */
async function removeEnded(pod: Pod, daemonSet: DaemonSet, context: ControllerContext, signal: AbortSignal): Promise<number> {
  const began = Date.parse(pod.metadata.creationTimestamp ?? '');
  const wait = began + LEAST_LIFETIME - context.clock.now();
  if (wait > 0) return wait;
  const { namespace, name } = pod.metadata;
  const node = nodeOf(pod);
  if (pod.status?.phase === 'Failed') {
    context.events.warning(
      daemonSet,
      'FailedDaemonPod',
      `Found failed daemon pod ${namespace}/${name} on node ${node}, will try to kill it`,
    );
  } else {
    context.events.normal(
      daemonSet,
      'SucceededDaemonPod',
      `Found succeeded daemon pod ${namespace}/${name} on node ${node}, will try to delete it`,
    );
  }
  await deletePod(pod, daemonSet, context, signal);
  return 0;
}

async function writeStatus(
  state: DaemonState,
  collisionCount: number | undefined,
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const status = daemonStatus(state, collisionCount);
  if (!semanticallyEqual(status, state.daemonSet.status)) await api.updateStatus(daemonSets, { ...state.daemonSet, status }, {}, signal);
}

function soonest(a: Result, b: Result): Result {
  const times = [a.after, b.after].filter((each) => each !== undefined);
  return times.length > 0 ? { after: Math.min(...times) } : done;
}
