import type { ControllerRevision, StatefulSet, StatefulSetStatus } from '../../api/generated/apps-v1.ts';
import { isAvailable, isReady, isTerminating } from '../../api/helpers/pods.ts';
import { REVISION_HASH } from '../framework/revisions.ts';
import { ordinalOf } from './identity.ts';
import type { SetState } from './plan.ts';

export interface SetRevisions {
  current: ControllerRevision;
  update: ControllerRevision;
  collisionCount: number | undefined;
}

export function setStatus(state: SetState, { current, update, collisionCount }: SetRevisions): StatefulSetStatus {
  const { set, currentRevision, updateRevision, now } = state;
  const members = state.pods.filter((pod) => ordinalOf(set, pod) !== undefined);
  const settled = members.filter((pod) => !isTerminating(pod));
  const ready = members.filter((pod) => pod.status?.phase === 'Running' && isReady(pod));
  const of = (revision: string) => settled.filter(({ metadata }) => metadata.labels?.[REVISION_HASH] === revision).length;
  const status: StatefulSetStatus = {
    ...set.status,
    observedGeneration: set.metadata.generation,
    replicas: members.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now)).length,
    currentReplicas: of(currentRevision),
    updatedReplicas: of(updateRevision),
    currentRevision: current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: collisionCount ?? 0,
  };
  return isUpdated(set, status) ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision } : status;
}

/** Every pod is of the new revision and runs: it becomes the current one. */
function isUpdated({ spec }: StatefulSet, status: StatefulSetStatus): boolean {
  if ((spec.updateStrategy?.type ?? 'RollingUpdate') !== 'RollingUpdate') return false;
  return status.updatedReplicas === status.replicas && status.readyReplicas === status.replicas;
}
