import type { ControllerRevision, StatefulSet } from '../../api/generated/apps-v1.ts';
import type { Pod, PodTemplateSpec } from '../../api/generated/core-v1.ts';
import { availableAt } from '../../api/helpers/pods.ts';
import { controllerRevisions, persistentVolumeClaims, pods, statefulSets } from '../../api/resources.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import { isNotFound } from '../../machinery/status.ts';
import { claim } from '../framework/claim.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import { defineController, done } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { currentRevision, forgetRevisions, REVISION_HASH } from '../framework/revisions.ts';
import { applyRetention, ensureClaims } from './claims.ts';
import { firstOrdinal, ordinalOf, statefulPod, withIdentity } from './identity.ts';
import type { SetState, Step } from './plan.ts';
import { planSteps } from './plan.ts';
import type { SetRevisions } from './status.ts';
import { setStatus } from './status.ts';

/** StatefulSets have pods with a name, an order and claims of their own. */
export const statefulSetController = defineController({
  name: 'statefulset',
  primary: statefulSets,
  owned: [pods, controllerRevisions],
  adopts: (set, labels) => selectorFrom(set.spec.selector).matches(labels),
  needs: [persistentVolumeClaims],

  async reconcile(key, context, signal) {
    const set = context.cache.get(statefulSets, key);
    if (!set) return done;
    const selector = selectorFrom(set.spec.selector);
    if (selector.empty) return done;
    const claimed = await claim({ type: pods, owner: set, ownerType: statefulSets, selector }, context, signal);
    const members = claimed.filter((pod) => ordinalOf(set, pod) !== undefined);
    const found = await revisionsOf(set, context, signal);
    if (!set.metadata.deletionTimestamp) await carryOut(stateOf(set, members, found, context), found, context, signal);
    const after = stateOf(set, context.cache.ownedBy(pods, set), found, context);
    await writeStatus(after, found, context, signal);
    await forgetOld(set, found, members, context, signal);
    return nextAvailability(after);
  },
});

interface FoundRevisions extends SetRevisions {
  old: ControllerRevision[];
}

async function revisionsOf(set: StatefulSet, context: ControllerContext, signal: AbortSignal): Promise<FoundRevisions> {
  const { current: update, old, collisionCount } = await currentRevision(set, statefulSets, context, signal);
  const current = [update, ...old].find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
  return { current, update, collisionCount, old };
}

/** What pods of the revision are labelled with. */
const nameOf = ({ metadata }: ControllerRevision) => metadata.name ?? '';

function stateOf(set: StatefulSet, members: readonly Pod[], { current, update }: SetRevisions, { clock }: ControllerContext): SetState {
  return { set, pods: members, currentRevision: nameOf(current), updateRevision: nameOf(update), now: clock.now() };
}

async function carryOut(state: SetState, revisions: SetRevisions, context: ControllerContext, signal: AbortSignal): Promise<void> {
  const { set } = state;
  for (const pod of state.pods) {
    const ordinal = ordinalOf(set, pod) ?? 0;
    const condemned = ordinal < firstOrdinal(set) || ordinal >= firstOrdinal(set) + (set.spec.replicas ?? 1);
    await applyRetention(set, pod, ordinal, condemned, context, signal);
  }
  for (const step of planSteps(state)) await take(step, set, revisions, context, signal);
}

async function take(step: Step, set: StatefulSet, revisions: SetRevisions, context: ControllerContext, signal: AbortSignal): Promise<void> {
  if (step.do === 'restore') await context.api.update(pods, withIdentity(set, step.pod, step.ordinal), {}, signal);
  else if (step.do === 'delete') await remove(step, set, context, signal);
  else await create(step.ordinal, set, revisions[step.revision], context, signal);
}

async function create(
  ordinal: number,
  set: StatefulSet,
  revision: ControllerRevision,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  await ensureClaims(set, ordinal, context, signal);
  const pod = statefulPod(set, templateOf(revision), ordinal, nameOf(revision));
  const which = `Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
  try {
    await context.api.create(pods, pod, {}, signal);
    context.events.normal(set, 'SuccessfulCreate', `create ${which} successful`);
  } catch (error) {
    context.events.warning(set, 'FailedCreate', `create ${which} failed error: ${(error as Error).message}`);
    throw error;
  }
}

function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = (data as { spec: { template: PodTemplateSpec & { $patch?: string } } }).spec.template;
  return template;
}

async function remove(
  { pod, why }: Extract<Step, { do: 'delete' }>,
  set: StatefulSet,
  { api, events }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name = '', uid } = pod.metadata;
  if (why === 'ended') {
    const reason = pod.status?.phase === 'Failed' ? 'RecreatingFailedPod' : 'RecreatingTerminatedPod';
    events.warning(set, reason, `StatefulSet ${namespace}/${set.metadata.name} is recreating ${pod.status?.phase} Pod ${name}`);
  }
  try {
    await api.delete(pods, { namespace, name }, { preconditions: { uid } }, signal);
    events.normal(set, 'SuccessfulDelete', `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

async function writeStatus(state: SetState, revisions: SetRevisions, { api }: ControllerContext, signal: AbortSignal): Promise<void> {
  const status = setStatus(state, revisions);
  if (!semanticallyEqual(status, state.set.status)) await api.updateStatus(statefulSets, { ...state.set, status }, {}, signal);
}

async function forgetOld(
  set: StatefulSet,
  { current, old }: FoundRevisions,
  members: readonly Pod[],
  context: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const live = new Set([nameOf(current), ...members.map(({ metadata }) => metadata.labels?.[REVISION_HASH] ?? '')]);
  await forgetRevisions(set, old, (revision) => live.has(nameOf(revision)), context, signal);
}

function nextAvailability({ set, pods: members, now }: SetState): Result {
  if (!set.spec.minReadySeconds) return done;
  const waits = members.map((pod) => (availableAt(pod, set.spec.minReadySeconds) ?? now) - now).filter((wait) => wait > 0);
  return waits.length > 0 ? { after: Math.min(...waits) } : done;
}
