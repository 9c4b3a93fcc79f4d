import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.ts';
import type { PodTemplateSpec } from '../../api/generated/core-v1.ts';
import { controllerReference, isControlledBy } from '../../api/helpers/owners.ts';
import { deployments, replicaSets } from '../../api/resources.ts';
import { isAlreadyExists } from '../../machinery/status.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { hashOf } from '../framework/hash.ts';
import { inherited, revisionOf, withRevision, withSizes } from './annotations.ts';
import type { Rollout } from './rollout.ts';
import { freshReplicas } from './rollout.ts';

const TEMPLATE_HASH = 'pod-template-hash';

/** Sorts ReplicaSets into the one with the Deployment's template and the others, oldest first. */
export function rolloutOf(deployment: Deployment, owned: readonly ReplicaSet[]): Rollout {
  const byAge = [...owned].sort(olderFirst);
  // Several can match after adoption; the oldest is taken, always the same one.
  const fresh = byAge.find((set) => sameTemplate(set.spec.template, deployment.spec.template));
  return { deployment, fresh, old: byAge.filter((set) => set !== fresh) };
}

function olderFirst(a: ReplicaSet, b: ReplicaSet): number {
  const [left, right] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1;
}

function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec): boolean {
  return a !== undefined && semanticallyEqual(withoutHash(a), withoutHash(b));
}

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [TEMPLATE_HASH]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

export function nextRevision({ old }: Rollout): bigint {
  let newest = 0n;
  for (const revision of old.map(revisionOf)) if (revision > newest) newest = revision;
  return newest + 1n;
}

/** The ReplicaSet for the Deployment's template. Its name follows from the template, so it is never made twice. */
export function freshReplicaSet(rollout: Rollout): ReplicaSet {
  const { deployment } = rollout;
  const { name, namespace } = deployment.metadata;
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = hashOf(withoutHash(template), deployment.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [TEMPLATE_HASH]: hash };
  return {
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: withSizes(withRevision(inherited(deployment), nextRevision(rollout)), deployment),
      ownerReferences: [controllerReference(deployments, deployment)],
    },
    spec: {
      replicas: freshReplicas(rollout),
      ...(minReadySeconds ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** Creates the new ReplicaSet; where another has its name, the next try gets another name. */
export async function createFresh(rollout: Rollout, { api }: ControllerContext, signal: AbortSignal): Promise<ReplicaSet> {
  const { deployment } = rollout;
  const wanted = freshReplicaSet(rollout);
  try {
    return await api.create(replicaSets, wanted, {}, signal);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
    const present = await api.get(replicaSets, { namespace: wanted.metadata.namespace, name: wanted.metadata.name ?? '' }, signal);
    if (isControlledBy(present, deployment) && sameTemplate(present.spec.template, deployment.spec.template)) return present;
    const status = { ...deployment.status, collisionCount: (deployment.status?.collisionCount ?? 0) + 1 };
    await api.updateStatus(deployments, { ...deployment, status }, {}, signal);
    throw error;
  }
}

/** Gives a new ReplicaSet that is there already the revision and annotations it should have. */
export async function refreshFresh(
  rollout: Rollout,
  fresh: ReplicaSet,
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<ReplicaSet> {
  const { deployment } = rollout;
  const annotations = withRevision(inherited(deployment, fresh.metadata.annotations), nextRevision(rollout));
  const minReadySeconds = deployment.spec.minReadySeconds;
  const right = semanticallyEqual(annotations, fresh.metadata.annotations) && (minReadySeconds ?? 0) === (fresh.spec.minReadySeconds ?? 0);
  if (right) return fresh;
  return api.update(
    replicaSets,
    { ...fresh, metadata: { ...fresh.metadata, annotations }, spec: { ...fresh.spec, minReadySeconds } },
    {},
    signal,
  );
}
