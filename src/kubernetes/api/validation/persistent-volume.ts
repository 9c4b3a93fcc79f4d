import type { FieldError } from '../../machinery/field-error.ts';
import { signOf } from '../../machinery/quantity.ts';
import { complaints, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../machinery/validation/names.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../generated/core-v1.ts';
import { internalDiff } from '../internal-form/internal-diff.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { accessModeRules, VOLUME_MODES } from './access-modes.ts';
import { sameValue } from './equal.ts';
import { nodeSelectorRules } from './node-selector.ts';
import { persistentVolumeSourceRules, SOURCE_FIELDS } from './persistent-volume-source.ts';
import { positiveAmount } from './resource-names.ts';

const RECLAIM_POLICIES = ['Delete', 'Recycle', 'Retain'];

/** Faults of a persistent volume. */
export function* persistentVolumeRules(next: PersistentVolume, previous?: PersistentVolume): Iterable<FieldError> {
  yield* persistentVolumeSpecRules(next.spec ?? {}, 'spec');
  if (!previous) return;
  // Upstream checks an updated volume as a whole twice.
  yield* persistentVolumeSpecRules(next.spec ?? {}, 'spec');
  yield* updateRules(next, previous);
}

/** Faults of the spec of a volume, also of one that stands in an attachment. */
export function* persistentVolumeSpecRules(spec: PersistentVolumeSpec, path: string): Iterable<FieldError> {
  if (!spec.accessModes?.length) yield required(`${path}.accessModes`);
  yield* accessModeRules(spec.accessModes ?? [], `${path}.accessModes`);
  yield* capacityRules(spec.capacity, `${path}.capacity`);
  const policy = spec.persistentVolumeReclaimPolicy;
  if (policy && !RECLAIM_POLICIES.includes(policy)) yield notSupported(`${path}.persistentVolumeReclaimPolicy`, policy, RECLAIM_POLICIES);
  if (spec.nodeAffinity) yield* nodeAffinityRules(spec.nodeAffinity, `${path}.nodeAffinity`);
  yield* persistentVolumeSourceRules(spec, path);
  if (policy === 'Recycle' && spec.hostPath && /^\/+\.?\/*$/.test(spec.hostPath.path)) {
    yield forbiddenField(`${path}.persistentVolumeReclaimPolicy`, "may not be 'recycle' for a hostPath mount of '/'");
  }
  if (spec.storageClassName)
    yield* complaints(`${path}.storageClassName`, spec.storageClassName, isDns1123Subdomain(spec.storageClassName));
  const { volumeMode } = spec;
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) yield notSupported(`${path}.volumeMode`, volumeMode, VOLUME_MODES);
  yield* attributesClassRules(spec, path);
}

function* capacityRules(capacity: Readonly<Record<string, string>> | undefined, path: string): Iterable<FieldError> {
  const names = Object.keys(capacity ?? {});
  if (names.length === 0) yield required(path);
  if (capacity?.storage === undefined || names.length > 1) yield notSupported(path, capacity, ['storage']);
  for (const [name, amount] of Object.entries(capacity ?? {})) {
    if (signOf(amount) < 0) yield invalidValue(`${path}[${name}]`, Number(amount) || 0, 'must be a valid resource quantity');
    yield* positiveAmount(amount, `${path}[${name}]`);
  }
}

function* nodeAffinityRules({ required: terms }: NonNullable<PersistentVolumeSpec['nodeAffinity']>, path: string): Iterable<FieldError> {
  if (terms) yield* nodeSelectorRules(terms, `${path}.required`);
  else yield required(`${path}.required`, 'must specify required node constraints');
}

function* attributesClassRules({ volumeAttributesClassName: name, csi }: PersistentVolumeSpec, path: string): Iterable<FieldError> {
  if (name === undefined) return;
  const at = `${path}.volumeAttributesClassName`;
  if (name === '') yield required(at, 'an empty string is disallowed');
  else yield* complaints(at, name, isDns1123Subdomain(name));
  if (!csi) yield required(`${path}.csi`, 'has to be specified when using volumeAttributesClassName');
}

function* updateRules(next: PersistentVolume, previous: PersistentVolume): Iterable<FieldError> {
  const [after, before] = [next.spec ?? {}, previous.spec ?? {}];
  if (!sameValue(sourceOf(after), sourceOf(before))) {
    const diff = internalDiff(sourceOf(before), sourceOf(after), 'io.k8s.api.core.v1.PersistentVolumeSource');
    yield forbiddenField('spec.persistentvolumesource', `spec.persistentvolumesource is immutable after creation\n${diff}`);
  }
  if (after.volumeMode !== before.volumeMode) yield invalidValue('volumeMode', after.volumeMode, 'field is immutable');
  if (before.nodeAffinity && !sameValue(after.nodeAffinity, before.nodeAffinity)) {
    yield invalidValue(
      'nodeAffinity',
      after.nodeAffinity && internalForm(after.nodeAffinity, 'io.k8s.api.core.v1.VolumeNodeAffinity'),
      'field is immutable, except for updating from beta label to GA',
    );
  }
  if (before.volumeAttributesClassName !== undefined && after.volumeAttributesClassName === undefined) {
    yield forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden');
  }
}

const sourceOf = (spec: PersistentVolumeSpec): object => Object.fromEntries(SOURCE_FIELDS.map((field) => [field, spec[field]]));

/** Faults of a write to the status of a persistent volume. */
export function* persistentVolumeStatusRules(next: PersistentVolume): Iterable<FieldError> {
  if (!next.metadata.resourceVersion) yield required('resourceVersion');
}
