import type { FieldError } from '../../machinery/field-error.ts';
import { FIELD_IMMUTABLE, invalidValue } from '../../machinery/validation/faults.ts';
import type { ReplicaSet, ReplicaSetSpec } from '../generated/apps-v1.ts';
import { sameValue } from './equal.ts';
import { nonNegative, replicatingRules, shownSelector } from './workload.ts';

/** Faults of a replica set. */
export function* replicaSetRules(next: ReplicaSet, previous?: ReplicaSet): Iterable<FieldError> {
  const spec = next.spec ?? ({} as ReplicaSetSpec);
  yield* nonNegative(spec.replicas, 'spec.replicas');
  yield* nonNegative(spec.minReadySeconds, 'spec.minReadySeconds');
  yield* replicatingRules(spec.selector, spec.template, 'spec');
  if (previous && !sameValue(spec.selector, previous.spec?.selector))
    yield invalidValue('spec.selector', shownSelector(spec.selector), FIELD_IMMUTABLE);
}

const COUNTS = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'] as const;

/** Faults of a write to the status of a replica set or a replication controller. */
export function* replicaSetStatusRules({ status = { replicas: 0 } }: Pick<ReplicaSet, 'status'>): Iterable<FieldError> {
  for (const field of COUNTS) yield* nonNegative(status[field], `status.${field}`);
  const { replicas = 0, fullyLabeledReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status;
  if (fullyLabeledReplicas > replicas)
    yield invalidValue('status.fullyLabeledReplicas', fullyLabeledReplicas, 'cannot be greater than status.replicas');
  if (readyReplicas > replicas) yield invalidValue('status.readyReplicas', readyReplicas, 'cannot be greater than status.replicas');
  if (availableReplicas > replicas)
    yield invalidValue('status.availableReplicas', availableReplicas, 'cannot be greater than status.replicas');
  if (availableReplicas > readyReplicas)
    yield invalidValue('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas');
}
