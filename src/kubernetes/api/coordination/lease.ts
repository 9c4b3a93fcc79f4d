import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import { ageColumn, nameColumn, text } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { Lease } from '../generated/coordination-v1.ts';
import { leases as type } from '../resources.ts';
import { ALL_VERBS } from '../verbs.ts';

export const leases = defineResource<Lease>({
  ...type,
  singular: 'lease',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.coordination.v1.Lease',
  anyFinalizer: true,
  metadataOnUpdate: ['update'],
  rules: leaseRules,
  prepareCreate: dropElection,
  prepareUpdate: dropElection,
  columns: [nameColumn, text('Holder', ({ spec }) => spec?.holderIdentity ?? ''), ageColumn],
});

function* leaseRules({ spec = {} }: Lease): Iterable<FieldError> {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec;
  if (duration !== undefined && duration <= 0) yield invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0');
  if (transitions !== undefined && transitions < 0)
    yield invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0');
}

/** Coordinated leader election is not on by default, so its fields are not kept. */
function dropElection({ spec }: Lease): void {
  delete spec?.strategy;
  delete spec?.preferredHolder;
}
