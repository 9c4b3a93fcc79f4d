import type { Deployment, DeploymentStatus, ReplicaSet } from '../../api/generated/apps-v1.ts';
import { controllerOf } from '../../api/helpers/owners.ts';
import { isTerminal } from '../../api/helpers/pods.ts';
import { deployments, pods, replicaSets } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import { claim } from '../framework/claim.ts';
import { conditionOf } from '../framework/conditions.ts';
import type { ControllerContext, Result } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { isNamespaceTerminating } from '../framework/namespace-terminating.ts';
import { REVISION } from './annotations.ts';
import { pauseCondition } from './pausing.ts';
import { proportionalSizes, wasScaled } from './proportional.ts';
import { createFresh, refreshFresh, rolloutOf } from './replica-sets.ts';
import { nextRecreateStep, nextRollingStep } from './rolling.ts';
import type { Rollout, Scaling } from './rollout.ts';
import { replicasOf } from './rollout.ts';
import { forgetOldest, scale, tellScaled } from './scaling.ts';
import { countsOf, hasDeadline, isComplete, PROGRESSING, untilDeadline, withDeploymentCondition, withProgress } from './status.ts';

/** Deployments own ReplicaSets, one per pod template, and shift replicas between them. */
export const deploymentController = defineController({
  name: 'deployment',
  primary: deployments,
  owned: [replicaSets],
  adopts: (deployment, labels) => selectorFrom(deployment.spec.selector).matches(labels),
  watches: [
    // Recreate waits for the last old pod to be gone.
    watchOf(pods, ({ next, previous }, cache) => {
      const owner = !next && previous ? controllerOf(previous) : undefined;
      if (owner?.kind !== 'ReplicaSet') return [];
      const set = cache.get(replicaSets, `${previous?.metadata.namespace}/${owner.name}`);
      const manager = set && controllerOf(set);
      const deployment = manager && cache.get(deployments, `${set.metadata.namespace}/${manager.name}`);
      return deployment?.spec.strategy?.type === 'Recreate' ? [keyOf(deployment)] : [];
    }),
  ],
  prepare: (cache) => cache.indexOwners(pods),

  async reconcile(key, context, signal) {
    const deployment = context.cache.get(deployments, key);
    if (!deployment) return done;
    const selector = selectorFrom(deployment.spec.selector);
    if (selector.empty) {
      context.events.warning(deployment, 'SelectingAll', 'This deployment is selecting all pods. A non-empty selector is required.');
      return done;
    }
    const owned = await claim({ type: replicaSets, owner: deployment, ownerType: deployments, selector }, context, signal);
    const rollout = rolloutOf(deployment, owned);
    if (deployment.metadata.deletionTimestamp) return writeStatus(rollout, countsOf(rollout, context.clock.now()), context, signal);
    if (deployment.spec.paused || wasScaled(rollout)) return resize(rollout, context, signal);
    return rollOut(rollout, context, signal);
  },
});

/** While paused, or right after it was scaled, a Deployment only changes the sizes of what it has. */
async function resize(found: Rollout, context: ControllerContext, signal: AbortSignal): Promise<Result> {
  const fresh = found.fresh && (await refreshFresh(found, found.fresh, context, signal));
  const rollout = await scaleAll({ ...found, fresh }, proportionalSizes({ ...found, fresh }), context, signal);
  if (rollout.deployment.spec.paused) await forgetOldest(rollout.deployment, rollout.old, context, signal);
  const status = pauseCondition(rollout.deployment, countsOf(rollout, context.clock.now()), context.clock.now());
  return writeStatus(rollout, status, context, signal);
}

async function rollOut(found: Rollout, context: ControllerContext, signal: AbortSignal): Promise<Result> {
  const { clock, cache } = context;
  const recreate = found.deployment.spec.strategy?.type === 'Recreate';
  if (recreate) {
    const steps = nextRecreateStep(found);
    const waiting = steps.length > 0 || found.old.some((set) => cache.ownedBy(pods, set).some((pod) => !isTerminal(pod)));
    if (waiting) {
      const rollout = await scaleAll(found, steps, context, signal);
      return writeStatus(rollout, withProgress(rollout, countsOf(rollout, clock.now()), clock.now()), context, signal);
    }
  }
  const begun = await withFresh(found, context, signal);
  const rollout = await scaleAll(begun, nextRollingStep(begun), context, signal);
  const resumed = pauseCondition(rollout.deployment, countsOf(rollout, clock.now()), clock.now());
  const status = withProgress(rollout, resumed, clock.now());
  if (isComplete(rollout.deployment, status)) await forgetOldest(rollout.deployment, rollout.old, context, signal);
  return writeStatus(rollout, status, context, signal);
}

/** The rollout with its new ReplicaSet, made where it is missing, and the Deployment at its revision. */
async function withFresh(found: Rollout, context: ControllerContext, signal: AbortSignal): Promise<Rollout> {
  const created = found.fresh === undefined;
  const fresh = found.fresh ? await refreshFresh(found, found.fresh, context, signal) : await create(found, context, signal);
  const deployment = await atRevision(found.deployment, fresh, context, signal);
  const condition = conditionOf(deployment.status?.conditions, PROGRESSING);
  if (!hasDeadline(deployment) || (!created && condition)) return { ...found, fresh, deployment };
  const { name } = fresh.metadata;
  const news = created
    ? { reason: 'NewReplicaSetCreated', message: `Created new replica set "${name}"` }
    : { reason: 'FoundNewReplicaSet', message: `Found new replica set "${name}"` };
  const conditions = withDeploymentCondition(
    deployment.status?.conditions,
    { type: PROGRESSING, status: 'True', ...news },
    context.clock.now(),
  );
  return { ...found, fresh, deployment: { ...deployment, status: { ...deployment.status, conditions } } };
}

async function create(found: Rollout, context: ControllerContext, signal: AbortSignal): Promise<ReplicaSet> {
  try {
    const fresh = await createFresh(found, context, signal);
    if (replicasOf(fresh) > 0) tellScaled(found.deployment, fresh, 0, replicasOf(fresh), context);
    return fresh;
  } catch (error) {
    if (!signal.aborted && !isNamespaceTerminating(error)) await tellFailure(found, error as Error, context, signal);
    throw error;
  }
}

async function tellFailure(
  { deployment }: Rollout,
  error: Error,
  { api, clock, events }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const message = `Failed to create new replica set: ${error.message}`;
  events.warning(deployment, 'ReplicaSetCreateError', message);
  if (!hasDeadline(deployment)) return;
  const condition = { type: PROGRESSING, status: 'False', reason: 'ReplicaSetCreateError', message };
  const conditions = withDeploymentCondition(deployment.status?.conditions, condition, clock.now());
  const status = { ...deployment.status, conditions };
  if (!semanticallyEqual(status, deployment.status)) await api.updateStatus(deployments, { ...deployment, status }, {}, signal);
}

/** The Deployment carries the revision of its new ReplicaSet. */
async function atRevision(deployment: Deployment, fresh: ReplicaSet, { api }: ControllerContext, signal: AbortSignal): Promise<Deployment> {
  const revision = fresh.metadata.annotations?.[REVISION];
  if (!revision || deployment.metadata.annotations?.[REVISION] === revision) return deployment;
  const annotations = { ...deployment.metadata.annotations, [REVISION]: revision };
  return api.update(deployments, { ...deployment, metadata: { ...deployment.metadata, annotations } }, {}, signal);
}

async function scaleAll(rollout: Rollout, steps: readonly Scaling[], context: ControllerContext, signal: AbortSignal): Promise<Rollout> {
  const updated = new Map<ReplicaSet, ReplicaSet>();
  for (const step of steps) updated.set(step.replicaSet, await scale(rollout.deployment, step, context, signal));
  const current = (set: ReplicaSet) => updated.get(set) ?? set;
  return { ...rollout, fresh: rollout.fresh && current(rollout.fresh), old: rollout.old.map(current) };
}

async function writeStatus(
  rollout: Rollout,
  status: DeploymentStatus,
  { api, cache, clock }: ControllerContext,
  signal: AbortSignal,
): Promise<Result> {
  const { deployment } = rollout;
  const stored = cache.get(deployments, keyOf(deployment))?.status;
  if (!semanticallyEqual(status, stored)) await api.updateStatus(deployments, { ...deployment, status }, {}, signal);
  return { after: untilDeadline(deployment, status, clock.now()) };
}
