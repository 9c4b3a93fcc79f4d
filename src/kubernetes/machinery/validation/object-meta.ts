import type { FieldError } from '../field-error.ts';
import type { ObjectMeta, OwnerReference } from '../meta.ts';
import { at, complaints, forbiddenField, immutable, invalidValue, required, tooLong } from './faults.ts';
import { INVALID_IP, parseIp } from './ip-address.ts';
import {
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isLabelValue,
  isLongName,
  isPathSegment,
  isQualifiedName,
  maskTrailingDash,
} from './names.ts';

/** How the name of a kind's objects is checked. */
export type NameRule = 'dnsSubdomain' | 'longName' | 'dnsLabel' | 'dns1035Label' | 'pathSegment' | 'ipAddress';

const NAME_CHECKS: Readonly<Record<NameRule, (name: string) => string[]>> = {
  dnsSubdomain: isDns1123Subdomain,
  longName: isLongName,
  dnsLabel: isDns1123Label,
  dns1035Label: isDns1035Label,
  pathSegment: isPathSegment,
  ipAddress: (name) => (parseIp(name) ? [] : [INVALID_IP]),
};

const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/** Complaints about a name, or about a `generateName` when `prefix` is set. */
export function checkName(rule: NameRule, name: string, prefix = false): string[] {
  if (!prefix || rule === 'ipAddress') return NAME_CHECKS[rule](name);
  return NAME_CHECKS[rule](rule === 'pathSegment' ? `${name}x` : maskTrailingDash(name));
}

export interface MetadataRuleOptions {
  namespaced: boolean;
  nameRule: NameRule;
  /** How `generateName` is checked; default as the name. */
  prefixRule?: NameRule | 'any';
  /** Kinds of upstream's core also demand that finalizers are standard or qualified. */
  standardFinalizers?: boolean;
  path?: string;
}

/** Faults of the metadata of one object, new or updated. */
export function* metadataRules(meta: ObjectMeta, options: MetadataRuleOptions): Iterable<FieldError> {
  const { path = 'metadata', nameRule } = options;
  const generateName = at(path, 'generateName');
  const { prefixRule = nameRule } = options;
  if (meta.generateName && prefixRule !== 'any')
    yield* complaints(generateName, meta.generateName, checkName(prefixRule, meta.generateName, true));
  if (!meta.name) yield required(at(path, 'name'), 'name or generateName is required');
  else yield* complaints(at(path, 'name'), meta.name, checkName(nameRule, meta.name));
  yield* namespaceRules(meta.namespace ?? '', options.namespaced, at(path, 'namespace'));
  if ((meta.generation ?? 0) < 0) yield invalidValue(at(path, 'generation'), meta.generation, 'must be greater than or equal to 0');
  yield* mapRules(meta, path);
  yield* finalizerRules(meta.finalizers ?? [], at(path, 'finalizers'));
  if (options.standardFinalizers) yield* standardFinalizerRules(meta.finalizers ?? [], at(path, 'finalizers'));
}

function* namespaceRules(namespace: string, namespaced: boolean, path: string): Iterable<FieldError> {
  if (!namespaced) {
    if (namespace) yield forbiddenField(path, 'not allowed on this type');
  } else if (!namespace) yield required(path);
  else yield* complaints(path, namespace, isDns1123Label(namespace));
}

function* mapRules(meta: ObjectMeta, path: string): Iterable<FieldError> {
  yield* labelRules(meta.labels, at(path, 'labels'));
  yield* annotationRules(meta.annotations, at(path, 'annotations'));
  yield* ownerReferenceRules(meta.ownerReferences ?? [], at(path, 'ownerReferences'));
}

/** Faults of a label map; also used for the labels of pod templates and selectors. */
export function* labelRules(labels: Readonly<Record<string, string>> | undefined, path: string): Iterable<FieldError> {
  for (const [key, value] of Object.entries(labels ?? {})) {
    yield* complaints(path, key, isQualifiedName(key));
    yield* complaints(path, value, isLabelValue(value));
  }
}

/** Faults of an annotation map: keys, and the size of the whole. */
export function* annotationRules(annotations: Readonly<Record<string, string>> | undefined, path: string): Iterable<FieldError> {
  for (const key of Object.keys(annotations ?? {})) yield* complaints(path, key, isQualifiedName(key.toLowerCase()));
  if (annotations && areTooLarge(annotations)) yield tooLong(path, MAX_ANNOTATIONS_BYTES);
}

/** Whether the annotations of an object are too large, all together. */
export function areTooLarge(annotations: Readonly<Record<string, string>>): boolean {
  let bytes = 0;
  for (const [key, value] of Object.entries(annotations)) bytes += byteLength(key) + byteLength(value);
  return bytes > MAX_ANNOTATIONS_BYTES;
}

const byteLength = (text: string): number => (/^[\0-\x7f]*$/.test(text) ? text.length : new TextEncoder().encode(text).length);

function* ownerReferenceRules(owners: readonly OwnerReference[], path: string): Iterable<FieldError> {
  let controller: OwnerReference | undefined;
  for (const owner of owners) {
    yield* ownerRules(owner, path);
    if (!owner.controller) continue;
    if (controller) {
      const found = `Found "true" in references for ${controller.name} and ${owner.name}`;
      yield invalidValue(path, owners, `Only one reference can have Controller set to true. ${found}`);
    } else controller = owner;
  }
}

function* ownerRules(owner: OwnerReference, path: string): Iterable<FieldError> {
  const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
  if (!apiVersion.slice(apiVersion.indexOf('/') + 1)) yield invalidValue(at(path, 'apiVersion'), apiVersion, 'version must not be empty');
  if (!kind) yield invalidValue(at(path, 'kind'), kind, 'must not be empty');
  if (!name) yield invalidValue(at(path, 'name'), name, 'must not be empty');
  if (!uid) yield invalidValue(at(path, 'uid'), uid, 'must not be empty');
  if (apiVersion === 'v1' && kind === 'Event') yield invalidValue(path, owner, '/v1, Kind=Event is disallowed from being an owner');
}

function* finalizerRules(finalizers: readonly string[], path: string): Iterable<FieldError> {
  for (const finalizer of finalizers) yield* complaints(path, finalizer, isQualifiedName(finalizer));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    yield invalidValue(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set');
  }
}

export const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Unqualified finalizers must be among the standard ones. */
export function* standardFinalizerRules(finalizers: readonly string[], path: string): Iterable<FieldError> {
  for (const [index, finalizer] of finalizers.entries()) {
    if (finalizer.includes('/') || STANDARD_FINALIZERS.has(finalizer)) continue;
    yield invalidValue(`${path}[${index}]`, finalizer, 'name is neither a standard finalizer name nor is it fully qualified');
  }
}

const IMMUTABLE_FIELDS = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

/** Faults of changing the metadata of an object from `previous` to `next`. */
export function* metadataUpdateRules(
  next: ObjectMeta,
  previous: ObjectMeta,
  options: { standardFinalizers?: boolean } = {},
): Iterable<FieldError> {
  if (previous.deletionTimestamp) yield* noNewFinalizers(next.finalizers ?? [], previous.finalizers ?? []);
  if (!next.resourceVersion) yield invalidValue('metadata.resourceVersion', '', 'must be specified for an update');
  if ((next.generation ?? 0) < (previous.generation ?? 0))
    yield invalidValue('metadata.generation', next.generation ?? 0, 'must not be decremented');
  for (const field of IMMUTABLE_FIELDS) {
    if ((next[field] ?? undefined) !== (previous[field] ?? undefined)) yield immutable(`metadata.${field}`, next[field] ?? emptyOf(field));
  }
  yield* mapRules(next, 'metadata');
  if (options.standardFinalizers) yield* standardFinalizerRules(next.finalizers ?? [], 'metadata.finalizers');
}

const emptyOf = (field: (typeof IMMUTABLE_FIELDS)[number]) => (field === 'name' || field === 'namespace' || field === 'uid' ? '' : null);

function* noNewFinalizers(next: readonly string[], previous: readonly string[]): Iterable<FieldError> {
  const added = [...new Set(next)].filter((finalizer) => !previous.includes(finalizer)).sort();
  if (added.length === 0) return;
  const list = `[]string{${added.map((name) => JSON.stringify(name)).join(', ')}}`;
  yield forbiddenField(
    'metadata.finalizers',
    `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`,
  );
}
