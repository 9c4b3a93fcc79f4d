import type { ControllerRevision } from '../../api/generated/apps-v1.ts';
import type { PodTemplateSpec } from '../../api/generated/core-v1.ts';
import { controllerReference, isControlledBy } from '../../api/helpers/owners.ts';
import { controllerRevisions } from '../../api/resources.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import { isAlreadyExists, isNotFound } from '../../machinery/status.ts';
import type { ControllerContext } from './controller.ts';
import { semanticallyEqual } from './equal.ts';
import { hashOf } from './hash.ts';

export const REVISION_HASH = 'controller-revision-hash';
/** StatefulSets label their pods with the whole name of the revision, and revisions with the hash under another name. */
const STATEFUL_HASH = 'controller.kubernetes.io/hash';

/** An owner whose pod templates are kept as ControllerRevisions. */
export interface Versioned extends KubeObject {
  spec: { template: PodTemplateSpec; revisionHistoryLimit?: number };
  status?: { collisionCount?: number };
}

export interface Revisions {
  /** The one of the present template. */
  current: ControllerRevision;
  /** The others, oldest first. */
  old: ControllerRevision[];
  /** Names of templates already taken by something else. */
  collisionCount: number | undefined;
}

/** The template of a revision as the patch that brings it back, which is what `kubectl rollout undo` applies. */
export function revisionData({ spec }: Versioned): object {
  return { spec: { template: { ...spec.template, $patch: 'replace' } } };
}

export function hashLabel(revision: ControllerRevision): string {
  return revision.metadata.labels?.[REVISION_HASH] ?? '';
}

/** The owner's revisions, with one for its present template, made or moved to the front where needed. */
export async function currentRevision(
  owner: Versioned,
  type: ResourceType,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<Revisions> {
  const owned = context.cache.ownedBy(controllerRevisions, owner).sort((a, b) => a.revision - b.revision);
  const data = revisionData(owner);
  const last = owned.at(-1)?.revision ?? 0;
  const equal = owned.findLast((revision) => semanticallyEqual(revision.data, data));
  const old = owned.filter((revision) => revision !== equal);
  if (!equal) return { ...(await create(owner, type, data, last + 1, context, signal)), old };
  if (equal.revision === last) return { current: equal, old, collisionCount: owner.status?.collisionCount };
  const current = await context.api.update(controllerRevisions, { ...equal, revision: last + 1 }, {}, signal);
  return { current, old, collisionCount: owner.status?.collisionCount };
}

async function create(
  owner: Versioned,
  type: ResourceType,
  data: object,
  revision: number,
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<Omit<Revisions, 'old'>> {
  for (let collisionCount = owner.status?.collisionCount; ; collisionCount = (collisionCount ?? 0) + 1) {
    const hash = hashOf(data, collisionCount);
    const name = `${owner.metadata.name}-${hash}`;
    const wanted: ControllerRevision = {
      metadata: {
        name,
        namespace: owner.metadata.namespace,
        labels: { ...owner.spec.template.metadata?.labels, [type.kind === 'StatefulSet' ? STATEFUL_HASH : REVISION_HASH]: hash },
        annotations: inheritedAnnotations(owner),
        ownerReferences: [controllerReference(type, owner)],
      },
      data,
      revision,
    };
    try {
      return { current: await api.create(controllerRevisions, wanted, {}, signal), collisionCount };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const present = await api.get(controllerRevisions, { namespace: owner.metadata.namespace, name }, signal);
      if (isControlledBy(present, owner) && semanticallyEqual(present.data, data)) return { current: present, collisionCount };
    }
  }
}

function inheritedAnnotations({ metadata }: Versioned): Record<string, string> {
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...annotations } = metadata.annotations ?? {};
  return annotations;
}

/** Deletes the oldest revisions beyond the limit that no pod is of. */
export async function forgetRevisions(
  owner: Versioned,
  old: readonly ControllerRevision[],
  isLive: (revision: ControllerRevision) => boolean,
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const unused = old.filter((revision) => !isLive(revision));
  const surplus = unused.length - (owner.spec.revisionHistoryLimit ?? 10);
  for (const { metadata } of unused.slice(0, Math.max(surplus, 0))) {
    const { namespace, name = '' } = metadata;
    await api.delete(controllerRevisions, { namespace, name }, {}, signal).catch((error) => {
      if (!isNotFound(error)) throw error;
    });
  }
}
