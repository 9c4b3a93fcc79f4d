import type { FieldError } from '../../machinery/field-error.ts';
import { compareQuantities } from '../../machinery/quantity.ts';
import { at, complaints, forbiddenField, immutable, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../machinery/validation/names.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../generated/core-v1.ts';
import { internalDiff } from '../internal-form/internal-diff.ts';
import { accessModeRules, VOLUME_MODES } from './access-modes.ts';
import { sameValue } from './equal.ts';
import { labelSelectorRules } from './label-selector.ts';
import { positiveAmount, resourceAmountRules, resourceNameRules } from './resource-names.ts';

const IMMUTABLE_SPEC = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
const BETA_CLASS = 'volume.beta.kubernetes.io/storage-class';

/** Faults of a claim. */
export function* persistentVolumeClaimRules(next: PersistentVolumeClaim, previous?: PersistentVolumeClaim): Iterable<FieldError> {
  yield* claimSpecRules(next.spec ?? {}, 'spec');
  if (previous) yield* updateRules(next, previous);
}

/** Faults of the spec of a claim, also of claim templates. */
export function* claimSpecRules(spec: PersistentVolumeClaimSpec, path: string): Iterable<FieldError> {
  if (!spec.accessModes?.length) yield required(at(path, 'accessModes'), 'at least 1 access mode is required');
  yield* labelSelectorRules(spec.selector, at(path, 'selector'));
  yield* accessModeRules(spec.accessModes ?? [], at(path, 'accessModes'));
  const size = spec.resources?.requests?.storage;
  if (size === undefined) yield required(`${at(path, 'resources')}[storage]`);
  else yield* positiveAmount(size, `${at(path, 'resources')}[storage]`);
  yield* classNameRules(spec.storageClassName, at(path, 'storageClassName'));
  const { volumeMode } = spec;
  if (volumeMode !== undefined && !VOLUME_MODES.includes(volumeMode)) yield notSupported(at(path, 'volumeMode'), volumeMode, VOLUME_MODES);
  if (spec.dataSource) yield* dataSourceRules(spec.dataSource, at(path, 'dataSource'));
  if (spec.dataSourceRef) yield* dataSourceRules(spec.dataSourceRef, at(path, 'dataSourceRef'));
  if (spec.dataSource && spec.dataSourceRef && !sameSource(spec))
    yield invalidValue(path, at(path, 'dataSource'), 'must match dataSourceRef');
  yield* classNameRules(spec.volumeAttributesClassName, at(path, 'volumeAttributesClassName'));
}

function* classNameRules(name: string | undefined, path: string): Iterable<FieldError> {
  if (name) yield* complaints(path, name, isDns1123Subdomain(name));
}

function* dataSourceRules(
  { name, kind, apiGroup, namespace }: { name?: string; kind?: string; apiGroup?: string; namespace?: string },
  path: string,
): Iterable<FieldError> {
  if (!name) yield required(at(path, 'name'));
  if (!kind) yield required(at(path, 'kind'));
  if (apiGroup) yield* complaints(at(path, 'apiGroup'), apiGroup, isDns1123Subdomain(apiGroup));
  else if (kind !== 'PersistentVolumeClaim')
    yield invalidValue(path, kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
  if (namespace) yield* complaints(at(path, 'namespace'), namespace, isDns1123Label(namespace));
}

function sameSource({ dataSource: a, dataSourceRef: b }: PersistentVolumeClaimSpec): boolean {
  return a?.name === b?.name && a?.kind === b?.kind && (a?.apiGroup ?? '') === (b?.apiGroup ?? '');
}

/** A claim keeps what it asked for; a bound one may ask for more space. */
function* updateRules(next: PersistentVolumeClaim, previous: PersistentVolumeClaim): Iterable<FieldError> {
  const [annotation, before] = [next.metadata.annotations?.[BETA_CLASS] ?? '', previous.metadata.annotations?.[BETA_CLASS] ?? ''];
  if (annotation !== before) yield immutable(`metadata.annotations[${BETA_CLASS}]`, annotation);
  const [after, old] = [comparable(next, previous), comparable(previous, previous)];
  if (!sameValue(after, old))
    yield forbiddenField('spec', `${IMMUTABLE_SPEC}\n${internalDiff(old, after, 'io.k8s.api.core.v1.PersistentVolumeClaimSpec')}`);
  yield* shrinkRules(next, previous);
  if (next.spec?.volumeMode !== previous.spec?.volumeMode) yield immutable('volumeMode', next.spec?.volumeMode);
  yield* attributesClassRemovalRules(next, previous);
}

/** A class of attributes that a volume was given can be changed for another, not taken away. */
function* attributesClassRemovalRules({ spec }: PersistentVolumeClaim, previous: PersistentVolumeClaim): Iterable<FieldError> {
  const name = spec?.volumeAttributesClassName;
  if (previous.status?.currentVolumeAttributesClassName === undefined || name === previous.spec?.volumeAttributesClassName || name) return;
  const what = name === undefined ? 'nil' : 'empty string';
  yield forbiddenField(
    'spec.volumeAttributesClassName',
    `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`,
  );
}

function comparable({ spec, status }: PersistentVolumeClaim, previous: PersistentVolumeClaim): object {
  const bound = status?.phase === 'Bound';
  const before = previous.spec ?? {};
  return {
    ...spec,
    volumeName: before.volumeName ? (spec?.volumeName ?? '') : '',
    resources:
      bound && spec?.resources?.requests
        ? { ...spec.resources, requests: { ...spec.resources.requests, storage: before.resources?.requests?.storage } }
        : spec?.resources,
    volumeAttributesClassName:
      bound && spec?.volumeAttributesClassName !== undefined ? before.volumeAttributesClassName : spec?.volumeAttributesClassName,
  };
}

function* shrinkRules(next: PersistentVolumeClaim, previous: PersistentVolumeClaim): Iterable<FieldError> {
  const size = next.spec?.resources?.requests?.storage ?? '0';
  const before = previous.spec?.resources?.requests?.storage ?? '0';
  if (compareQuantities(size, before) < 0 && compareQuantities(size, previous.status?.capacity?.storage ?? '0') <= 0) {
    yield forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity');
  }
}

/** Faults of a write to the status of a claim. */
export function* persistentVolumeClaimStatusRules(next: PersistentVolumeClaim): Iterable<FieldError> {
  for (const [name, amount] of Object.entries(next.status?.capacity ?? {})) {
    yield* resourceNameRules(name, `status.capacity[${name}]`);
    yield* resourceAmountRules(name, amount, `status.capacity[${name}]`);
  }
}
