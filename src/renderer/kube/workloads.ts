import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../kubernetes/api/generated/apps-v1.ts';
import type { CronJob, Job } from '../../kubernetes/api/generated/batch-v1.ts';
import type { Namespace, Node } from '../../kubernetes/api/generated/core-v1.ts';
import { type Standing, standing } from './standing.ts';

const conditionOf = <C extends { type: string; status: string }>(conditions: readonly C[] | undefined, type: string) =>
  conditions?.find((condition) => condition.type === type);

export function deploymentStanding({ metadata, spec, status }: Deployment): Standing {
  if (metadata.deletionTimestamp) return standing('busy', 'Terminating');
  const stuck = conditionOf(status?.conditions, 'Progressing');
  if (stuck?.status === 'False') return standing('bad', 'Stuck', stuck.message);
  const failing = conditionOf(status?.conditions, 'ReplicaFailure');
  if (failing?.status === 'True') return standing('bad', 'Failing', failing.message);
  const wanted = spec.replicas ?? 1;
  if (spec.paused) return standing('idle', 'Paused');
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return standing('busy', 'Updating');
  if ((status?.updatedReplicas ?? 0) < wanted || (status?.replicas ?? 0) > wanted) return standing('busy', 'Rolling out');
  if ((status?.availableReplicas ?? 0) < wanted) return standing('busy', 'Starting');
  return wanted === 0 ? standing('idle', 'Scaled to 0') : standing('good', 'Available');
}

export function replicaStanding({ metadata, spec, status }: ReplicaSet | StatefulSet): Standing {
  if (metadata.deletionTimestamp) return standing('busy', 'Terminating');
  const wanted = spec?.replicas ?? 1;
  if (wanted === 0 && (status?.replicas ?? 0) === 0) return standing('idle', 'Scaled to 0');
  return (status?.readyReplicas ?? 0) >= wanted && (status?.replicas ?? 0) === wanted
    ? standing('good', 'Ready')
    : standing('busy', 'Scaling');
}

export function daemonSetStanding({ metadata, status }: DaemonSet): Standing {
  if (metadata.deletionTimestamp) return standing('busy', 'Terminating');
  const wanted = status?.desiredNumberScheduled ?? 0;
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) return standing('busy', 'Updating');
  if (wanted === 0) return standing('idle', 'No node fits');
  if ((status?.updatedNumberScheduled ?? wanted) < wanted) return standing('busy', 'Rolling out');
  return (status?.numberReady ?? 0) >= wanted ? standing('good', 'Ready') : standing('busy', 'Starting');
}

export function jobStanding({ metadata, spec, status }: Job): Standing {
  if (metadata.deletionTimestamp) return standing('busy', 'Terminating');
  if (conditionOf(status?.conditions, 'Complete')?.status === 'True') return standing('done', 'Complete');
  const failed = conditionOf(status?.conditions, 'Failed');
  if (failed?.status === 'True') return standing('bad', failed.reason ?? 'Failed', failed.message);
  if (spec?.suspend) return standing('idle', 'Suspended');
  return (status?.active ?? 0) > 0 ? standing('good', 'Running') : standing('busy', 'Pending');
}

export function cronJobStanding({ spec, status }: CronJob): Standing {
  if (spec?.suspend) return standing('idle', 'Suspended');
  return status?.active?.length ? standing('good', 'Running') : standing('done', 'Waiting');
}

export function nodeStanding(node: Node): Standing {
  const ready = conditionOf(node.status?.conditions, 'Ready');
  const cordoned = node.spec?.unschedulable ? ', cordoned' : '';
  if (!ready || ready.status === 'Unknown') return standing('unknown', `Unknown${cordoned}`, ready?.message);
  if (ready.status === 'False') return standing('bad', `Not ready${cordoned}`, ready.message);
  return cordoned ? standing('idle', 'Ready, cordoned') : standing('good', 'Ready');
}

export function namespaceStanding({ status }: Namespace): Standing {
  return status?.phase === 'Terminating' ? standing('busy', 'Terminating') : standing('good', 'Active');
}

const ROLE_PREFIX = 'node-role.kubernetes.io/';

export function nodeRoles(node: Node): string[] {
  return Object.keys(node.metadata.labels ?? {})
    .filter((label) => label.startsWith(ROLE_PREFIX))
    .map((label) => label.slice(ROLE_PREFIX.length));
}
