import type { FieldError } from '../../machinery/field-error.ts';
import { FIELD_IMMUTABLE, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import type { Deployment, DeploymentSpec, DeploymentStatus, DeploymentStrategy } from '../generated/apps-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { sameValue } from './equal.ts';
import { atMost100Percent, intOrPercentRules, intOrPercentValue, nonNegative, replicatingRules, shownSelector } from './workload.ts';

/** Faults of a deployment. */
export function* deploymentRules(next: Deployment, previous?: Deployment): Iterable<FieldError> {
  const spec = next.spec ?? ({} as DeploymentSpec);
  yield* specRules(spec);
  if (previous && !sameValue(spec.selector, previous.spec?.selector))
    yield invalidValue('spec.selector', shownSelector(spec.selector), FIELD_IMMUTABLE);
}

function* specRules(spec: DeploymentSpec): Iterable<FieldError> {
  yield* nonNegative(spec.replicas, 'spec.replicas');
  yield* replicatingRules(spec.selector, spec.template, 'spec');
  yield* strategyRules(spec.strategy ?? {}, 'spec.strategy');
  yield* nonNegative(spec.minReadySeconds, 'spec.minReadySeconds');
  yield* nonNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit');
  const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
  if (deadline === undefined) return;
  yield* nonNegative(deadline, 'spec.progressDeadlineSeconds');
  if (deadline <= minReadySeconds) yield invalidValue('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds');
}

function* strategyRules({ type, rollingUpdate }: DeploymentStrategy, path: string): Iterable<FieldError> {
  switch (type) {
    case 'Recreate':
      if (rollingUpdate) yield forbiddenField(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'");
      break;
    case 'RollingUpdate':
      if (rollingUpdate) yield* rollingUpdateRules(rollingUpdate, `${path}.rollingUpdate`);
      else yield required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil');
      break;
    default:
      yield notSupported(path, internalForm({ type, rollingUpdate }, 'io.k8s.api.apps.v1.DeploymentStrategy'), [
        'Recreate',
        'RollingUpdate',
      ]);
  }
}

function* rollingUpdateRules(
  { maxUnavailable, maxSurge }: NonNullable<DeploymentStrategy['rollingUpdate']>,
  path: string,
): Iterable<FieldError> {
  yield* intOrPercentRules(maxUnavailable, `${path}.maxUnavailable`);
  yield* intOrPercentRules(maxSurge, `${path}.maxSurge`);
  if (intOrPercentValue(maxUnavailable) === 0 && intOrPercentValue(maxSurge) === 0) {
    yield invalidValue(`${path}.maxUnavailable`, maxUnavailable, 'may not be 0 when `maxSurge` is 0');
  }
  yield* atMost100Percent(maxUnavailable, `${path}.maxUnavailable`);
}

const COUNTS = ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'] as const;

/** Faults of a write to the status of a deployment. */
export function* deploymentStatusRules({ status = {} }: Deployment, previous: Deployment): Iterable<FieldError> {
  yield* nonNegative(status.observedGeneration, 'status.observedGeneration');
  for (const field of COUNTS) yield* nonNegative(status[field], `status.${field}`);
  yield* collisionRules(status, previous.status ?? {});
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas > replicas) yield invalidValue('status.updatedReplicas', updatedReplicas, 'cannot be greater than status.replicas');
  if (readyReplicas > replicas) yield invalidValue('status.readyReplicas', readyReplicas, 'cannot be greater than status.replicas');
  if (availableReplicas > replicas)
    yield invalidValue('status.availableReplicas', availableReplicas, 'cannot be greater than status.replicas');
  if (availableReplicas > readyReplicas)
    yield invalidValue('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas');
}

function* collisionRules({ collisionCount: count }: DeploymentStatus, { collisionCount: before }: DeploymentStatus): Iterable<FieldError> {
  yield* nonNegative(count, 'status.collisionCount');
  if (before === undefined) return;
  if (count === undefined) yield invalidValue('status.collisionCount', count, 'cannot be null');
  else if (count < before) yield invalidValue('status.collisionCount', count, 'cannot be decremented');
}
