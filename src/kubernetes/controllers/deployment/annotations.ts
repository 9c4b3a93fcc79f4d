import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.ts';
import { allowance, wantedOf } from './rollout.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';

/** What a ReplicaSet does not inherit from its Deployment. */
const OWN = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
]);

type Annotations = Record<string, string>;

/** The revision a ReplicaSet or Deployment carries; 0 where it has none. Users may write any of 64 bits. */
export function revisionOf({ metadata }: ReplicaSet | Deployment): bigint {
  return revisionFrom(metadata.annotations?.[REVISION]);
}

function revisionFrom(text: string | undefined): bigint {
  const revision = text && /^\d+$/.test(text) ? BigInt(text) : 0n;
  return revision < 2n ** 63n ? revision : 0n;
}

/** The Deployment's annotations on its ReplicaSet, which keeps its own. */
export function inherited(deployment: Deployment, own: Annotations = {}): Annotations {
  const fromDeployment = Object.entries(deployment.metadata.annotations ?? {}).filter(([key]) => !OWN.has(key));
  return { ...own, ...Object.fromEntries(fromDeployment) };
}

/** With `revision`, when it is newer; the one before goes to the history, so that users can find it. */
export function withRevision(annotations: Annotations, revision: bigint): Annotations {
  const before = annotations[REVISION];
  if (before !== undefined && revisionFrom(before) >= revision) return annotations;
  const next = { ...annotations, [REVISION]: String(revision) };
  if (before === undefined) return next;
  const history = [annotations[REVISION_HISTORY], before].filter(Boolean).join(',');
  return { ...next, [REVISION_HISTORY]: history };
}

/** What the ReplicaSet has to know for proportional scaling: the Deployment's size when it was last scaled. */
export function withSizes(annotations: Annotations, deployment: Deployment): Annotations {
  const wanted = wantedOf(deployment);
  return { ...annotations, [DESIRED_REPLICAS]: String(wanted), [MAX_REPLICAS]: String(wanted + allowance(deployment).surge) };
}

/** The Deployment's size when this ReplicaSet was last scaled. */
export function desiredWhenScaled({ metadata }: ReplicaSet): number | undefined {
  return integer(metadata.annotations?.[DESIRED_REPLICAS]);
}

export function maximumWhenScaled({ metadata }: ReplicaSet): number | undefined {
  return integer(metadata.annotations?.[MAX_REPLICAS]);
}

function integer(text: string | undefined): number | undefined {
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}
