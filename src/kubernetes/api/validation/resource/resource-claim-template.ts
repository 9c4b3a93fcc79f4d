import type { FieldError } from '../../../machinery/field-error.ts';
import { forbiddenField, immutable } from '../../../machinery/validation/faults.ts';
import { annotationRules, labelRules } from '../../../machinery/validation/object-meta.ts';
import type { ResourceClaimTemplate } from '../../generated/resource-v1.ts';
import { internalForm } from '../../internal-form/internal-form.ts';
import { sameValue } from '../equal.ts';
import { deviceClaimRules } from './device-claim.ts';

/** The metadata that belongs to each object alone, in the order of the faults. */
const OWN_METADATA = [
  'name',
  'generateName',
  'uid',
  'namespace',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'finalizers',
  'generation',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
] as const;

/** Faults of a template. On an update they come along with the one that nothing may change. */
export function* resourceClaimTemplateRules({ spec }: ResourceClaimTemplate, previous?: ResourceClaimTemplate): Iterable<FieldError> {
  yield* templateMetadataRules((spec?.metadata ?? {}) as Record<string, unknown>, 'spec.metadata');
  yield* deviceClaimRules(spec?.spec?.devices, 'spec.spec.devices');
  if (previous && !sameValue(spec, previous.spec))
    yield immutable('spec', internalForm(spec, 'io.k8s.api.resource.v1.ResourceClaimTemplateSpec'));
}

/** Only labels and annotations are passed on to claims. */
function* templateMetadataRules(metadata: Readonly<Record<string, unknown>>, path: string): Iterable<FieldError> {
  const { labels, annotations } = metadata as { labels?: Record<string, string>; annotations?: Record<string, string> };
  yield* annotationRules(annotations, `${path}.annotations`);
  yield* labelRules(labels, `${path}.labels`);
  for (const field of OWN_METADATA) {
    if (isSet(field, metadata[field])) yield forbiddenField(`${path}.${field === 'uid' ? 'uID' : field}`, 'cannot be set');
  }
}

function isSet(field: string, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  return field !== 'generation' || value !== 0;
}
