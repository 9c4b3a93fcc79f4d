import type { FieldError } from '../../machinery/field-error.ts';
import { at, complaints, duplicate, forbiddenField, invalidValue, required } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../machinery/validation/names.ts';
import type { DownwardAPIVolumeFile, KeyToPath, Volume, VolumeProjection } from '../generated/core-v1.ts';
import { fieldRefRules, resourceFieldRefRules, VOLUME_FIELDS } from './field-refs.ts';
import { labelSelectorRules } from './label-selector.ts';
import { noBacksteps } from './volume-sources.ts';

const MAX_MODE = 0o777;
const MODE = 'must be a number between 0 and 0777 (octal), both inclusive';
const MIN_TOKEN_SECONDS = 600;
const MAX_TOKEN_SECONDS = 2 ** 32;

function* modeRules(mode: number | undefined, path: string): Iterable<FieldError> {
  if (mode !== undefined && (mode > MAX_MODE || mode < 0)) yield invalidValue(path, mode, MODE);
}

/** A path inside a volume: relative, and not out of it. */
function* fileRules(text: string, path: string): Iterable<FieldError> {
  if (text.startsWith('/')) yield invalidValue(path, text, 'must be a relative path');
  const backsteps = [...noBacksteps(text, path)];
  yield* backsteps;
  // Names that begin with two dots belong to the kubelet.
  if (text.startsWith('..') && backsteps.length === 0) yield invalidValue(path, text, "must not start with '..'");
}

function* keyToPathRules({ key, path: file, mode }: KeyToPath, path: string): Iterable<FieldError> {
  if (!key) yield required(`${path}.key`);
  if (!file) yield required(`${path}.path`);
  else yield* fileRules(file, `${path}.path`);
  yield* modeRules(mode, `${path}.mode`);
}

function* itemsRules(items: readonly KeyToPath[] | undefined, path: string): Iterable<FieldError> {
  for (const [index, item] of (items ?? []).entries()) yield* keyToPathRules(item, `${path}.items[${index}]`);
}

export function* secretRules({ secretName, defaultMode, items }: NonNullable<Volume['secret']>, path: string): Iterable<FieldError> {
  if (!secretName) yield required(`${path}.secretName`);
  yield* modeRules(defaultMode, `${path}.defaultMode`);
  yield* itemsRules(items, path);
}

export function* configMapRules({ name, defaultMode, items }: NonNullable<Volume['configMap']>, path: string): Iterable<FieldError> {
  if (!name) yield required(`${path}.name`);
  yield* modeRules(defaultMode, `${path}.defaultMode`);
  yield* itemsRules(items, path);
}

export function* downwardApiRules({ defaultMode, items = [] }: NonNullable<Volume['downwardAPI']>, path: string): Iterable<FieldError> {
  yield* modeRules(defaultMode, `${path}.defaultMode`);
  for (const file of items ?? []) yield* downwardFileRules(file, path);
}

function* downwardFileRules({ path: file, fieldRef, resourceFieldRef, mode }: DownwardAPIVolumeFile, path: string): Iterable<FieldError> {
  if (!file) yield required(`${path}.path`);
  else yield* fileRules(file, `${path}.path`);
  if (fieldRef) {
    yield* fieldRefRules(fieldRef, VOLUME_FIELDS, `${path}.fieldRef`);
    if (resourceFieldRef) yield invalidValue(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously');
  } else if (resourceFieldRef) yield* resourceFieldRefRules(resourceFieldRef, `${path}.resourceFieldRef`, true);
  else yield required(path, 'one of fieldRef and resourceFieldRef is required');
  yield* modeRules(mode, `${path}.mode`);
}

export function* projectedRules({ defaultMode, sources = [] }: NonNullable<Volume['projected']>, path: string): Iterable<FieldError> {
  yield* modeRules(defaultMode, `${path}.defaultMode`);
  const files = new Set<string>();
  for (const [index, projection] of (sources ?? []).entries()) yield* projectionRules(projection, files, `${path}.sources[${index}]`);
}

function* projectionRules(projection: VolumeProjection, files: Set<string>, path: string): Iterable<FieldError> {
  const kinds = (['secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate'] as const).filter(
    (kind) => projection[kind],
  );
  for (const kind of kinds.slice(1)) yield forbiddenField(`${path}.${kind}`, 'may not specify more than 1 volume type per source');
  const [first] = kinds;
  if (!first) yield required(path, 'must specify a volume type per source');
  if (first === 'secret' || first === 'configMap') yield* keysProjectionRules(projection[first] ?? {}, files, `${path}.${first}`);
  if (first === 'downwardAPI') yield* downwardProjectionRules(projection.downwardAPI?.items ?? [], files, `${path}.downwardAPI`);
  if (first === 'serviceAccountToken') yield* tokenRules(projection.serviceAccountToken, files, `${path}.serviceAccountToken`);
  if (first === 'clusterTrustBundle') yield* trustBundleRules(projection.clusterTrustBundle, files, `${path}.clusterTrustBundle`);
}

function* keysProjectionRules(
  { name, items = [] }: { name?: string; items?: KeyToPath[] },
  files: Set<string>,
  path: string,
): Iterable<FieldError> {
  if (!name) yield required(`${path}.name`);
  for (const [index, item] of (items ?? []).entries()) {
    yield* keyToPathRules(item, `${path}.items[${index}]`);
    if (item.path) yield* conflictRules(item.path, files, name ?? '', path);
  }
}

function* conflictRules(file: string, files: Set<string>, value: string, path: string): Iterable<FieldError> {
  if (files.has(file)) yield invalidValue(path, value, 'conflicting duplicate paths');
  files.add(file);
}

function* downwardProjectionRules(items: readonly DownwardAPIVolumeFile[], files: Set<string>, path: string): Iterable<FieldError> {
  for (const file of items) {
    yield* downwardFileRules(file, path);
    if (file.path) yield* conflictRules(file.path, files, file.path, path);
  }
}

function* tokenRules(token: VolumeProjection['serviceAccountToken'], files: Set<string>, path: string): Iterable<FieldError> {
  const { expirationSeconds, path: file } = token ?? {};
  if (expirationSeconds !== undefined && expirationSeconds < MIN_TOKEN_SECONDS)
    yield invalidValue(`${path}.expirationSeconds`, expirationSeconds, 'may not specify a duration less than 10 minutes');
  if (expirationSeconds !== undefined && expirationSeconds > MAX_TOKEN_SECONDS)
    yield invalidValue(`${path}.expirationSeconds`, expirationSeconds, 'may not specify a duration larger than 2^32 seconds');
  if (!file) yield required(`${path}.path`);
  else {
    yield* fileRules(file, `${path}.path`);
    yield* conflictRules(file, files, file, path);
  }
}

function* trustBundleRules(bundle: VolumeProjection['clusterTrustBundle'], files: Set<string>, path: string): Iterable<FieldError> {
  const { name, signerName, labelSelector, path: file } = bundle ?? {};
  if (name !== undefined && signerName !== undefined) yield invalidValue(path, bundle, 'only one of name and signerName may be used');
  else if (name !== undefined) {
    if (name === '') yield required(at(path, 'name'), 'must be a valid object name');
    else yield* complaints(at(path, 'name'), name, isDns1123Subdomain(name.replaceAll(':', '.')));
    if (labelSelector) yield invalidValue(at(path, 'labelSelector'), labelSelector, 'labelSelector must be unset if name is specified');
  } else if (signerName !== undefined) {
    if (signerName === '') yield required(at(path, 'signerName'), 'must be a valid signer name');
    yield* labelSelectorRules(labelSelector, at(path, 'labelSelector'));
  } else yield required(path, 'either name or signerName must be specified');
  if (!file) yield required(at(path, 'path'));
  else {
    yield* fileRules(file, at(path, 'path'));
    if (files.has(file)) yield duplicate(at(path, 'path'), file);
    files.add(file);
  }
}
