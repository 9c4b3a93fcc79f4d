import type { FieldError } from '../../../machinery/field-error.ts';
import type { JsonSchema } from '../../../machinery/structural/json-schema.ts';
import { invalidValue } from '../../../machinery/validation/faults.ts';
import { isDns1035Label } from '../../../machinery/validation/names.ts';
import type { CustomResourceDefinitionVersion } from '../../generated/apiextensions-v1.ts';
import { columnRules, subresourceRules } from './columns.ts';
import { internalVersion } from './internal-shape.ts';
import { forVersion, type RuleOptions } from './options.ts';
import { schemaRules } from './schema/root.ts';
import { unsupportedIn } from './schema/unsupported.ts';
import { selectableFieldRules } from './selectable-fields.ts';

/** Faults of each version by itself. `withStatus` tells whether a version has a status subresource. */
export function* eachVersionRules(
  versions: readonly CustomResourceDefinitionVersion[],
  withStatus: (index: number) => boolean,
  options: RuleOptions,
): Iterable<FieldError> {
  for (const [index, version] of versions.entries()) {
    const path = `spec.versions[${index}]`;
    const complaints = isDns1035Label(version.name ?? '');
    if (complaints.length > 0) yield invalidValue(`${path}.name`, version.name ?? '', complaints.join(','));
    yield* versionRules(version, path, withStatus(index), options);
  }
}

function* versionRules(
  version: CustomResourceDefinitionVersion,
  path: string,
  withStatus: boolean,
  options: RuleOptions,
): Iterable<FieldError> {
  yield* deprecationRules(version, `${path}.deprecationWarning`);
  yield* schemaRules(version.schema, `${path}.schema`, withStatus, forVersion(options, version.name));
  yield* subresourceRules(version.subresources, `${path}.subresources`);
  yield* columnRules(version.additionalPrinterColumns, `${path}.additionalPrinterColumns`);
  const { selectableFields } = version;
  if (!selectableFields?.length) return;
  const schema = version.schema?.openAPIV3Schema as JsonSchema | undefined;
  if (!schema) {
    yield invalidValue(`${path}.selectableFields`, '', 'may only be set when `version.schema.openAPIV3Schema` is not included');
    return;
  }
  const unsupported = unsupportedIn(schema);
  if (unsupported) yield invalidValue(`${path}.schema.openAPIV3Schema`, '', unsupported);
  yield* selectableFieldRules(selectableFields, schema, `${path}.selectableFields`, options.tooManyFields.has(version.name));
}

function* deprecationRules(
  { deprecated, deprecationWarning: warning }: CustomResourceDefinitionVersion,
  path: string,
): Iterable<FieldError> {
  if (warning === undefined || warning === null) return;
  if (!deprecated) {
    yield invalidValue(path, warning, 'can only be set for deprecated versions');
    return;
  }
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  if (bytes(warning) > 256) yield invalidValue(path, warning, 'must be <= 256 characters long');
  if (warning === '') yield invalidValue(path, warning, 'must not be an empty string');
  const odd = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(warning);
  if (odd) {
    const where = `non-printable character found at index ${bytes(warning.slice(0, odd.index))}`;
    yield invalidValue(path, warning, `must only contain printable UTF-8 characters; ${where}`);
  }
}

/** Faults of the versions together. */
export function* versionListRules(versions: readonly CustomResourceDefinitionVersion[] | null | undefined): Iterable<FieldError> {
  const list = versions ?? [];
  const shown = versions ? versions.map(internalVersion) : null;
  const names = list.map(({ name }) => name ?? '');
  if (new Set(names).size < names.length) yield invalidValue('spec.versions', shown, 'must contain unique version names');
  if (list.filter(({ storage }) => storage).length !== 1) {
    yield invalidValue('spec.versions', shown, 'must have exactly one version marked as storage version');
  }
  // The first version is also the one that a definition had before there could be several.
  const complaints = names[0] ? isDns1035Label(names[0]) : [];
  if (complaints.length > 0) yield invalidValue('spec.version', names[0], complaints.join(','));
}

/** Faults of the versions in which objects were ever stored. */
export function* storedVersionRules(
  stored: readonly string[] | null | undefined,
  versions: readonly CustomResourceDefinitionVersion[] | null | undefined,
): Iterable<FieldError> {
  const path = 'status.storedVersions';
  if (!stored?.length) {
    yield invalidValue(path, stored ?? null, 'must have at least one stored version');
    return;
  }
  const unmatched = new Map(stored.map((name, index) => [name, index]));
  for (const { name, storage } of versions ?? []) {
    // Each name counts once: a second version of the same name is not the stored one.
    if (!unmatched.delete(name) && storage) yield invalidValue(path, stored, `must have the storage version ${name}`);
  }
  for (const [name, index] of unmatched) {
    const why = `${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    yield invalidValue(`${path}[${index}]`, name, `missing from spec.versions; ${why}`);
  }
}
