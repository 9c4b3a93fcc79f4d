import type { FieldError } from '../../../machinery/field-error.ts';
import { type JsonSchema, someSchema } from '../../../machinery/structural/json-schema.ts';
import { immutable, invalidValue, notSupported, required } from '../../../machinery/validation/faults.ts';
import { isDns1123Subdomain } from '../../../machinery/validation/names.ts';
import type { CustomResourceDefinitionSpec } from '../../generated/apiextensions-v1.ts';
import { columnRules, subresourceRules } from './columns.ts';
import { conversionRules } from './conversion.ts';
import { type HoistedSpec, hoisted } from './hoisted.ts';
import { nameRules, requiredNames } from './names.ts';
import { forVersion, type RuleOptions } from './options.ts';
import { schemaRules } from './schema/root.ts';
import { unsupportedIn } from './schema/unsupported.ts';
import { selectableFieldRules } from './selectable-fields.ts';
import { eachVersionRules, versionListRules } from './versions.ts';

const SCOPES = ['Cluster', 'Namespaced'];

/** Faults of what a definition asks for. */
export function* specRules(spec: CustomResourceDefinitionSpec, given: RuleOptions): Iterable<FieldError> {
  const whole = hoisted(spec);
  // Only a schema that is structural can tell what to prune, and everything is pruned unless told otherwise.
  const demanding = { ...given, structural: true };
  const withDefaults = hasDefaults(spec);
  const options = spec.preserveUnknownFields && !withDefaults ? given : demanding;
  yield* groupRules(spec.group);
  if (!spec.scope) yield required('spec.scope');
  else if (!SCOPES.includes(spec.scope)) yield notSupported('spec.scope', spec.scope, SCOPES);
  yield* missingSchemas(whole, options, spec.preserveUnknownFields ?? false);
  if (spec.preserveUnknownFields && withDefaults) {
    yield invalidValue('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema');
  }
  yield* eachVersionRules(whole.versions, (index) => hasStatus(whole, index), options);
  yield* versionListRules(spec.versions && whole.versions);
  yield* requiredNames(spec.names, 'spec.names');
  yield* nameRules(spec.names, 'spec.names');
  yield* sharedRules(whole, options);
  const strategy = spec.conversion?.strategy;
  if (strategy && strategy !== 'None' && spec.preserveUnknownFields) {
    yield invalidValue('spec.conversion.strategy', strategy, 'must be None if spec.preserveUnknownFields is true');
  }
  yield* conversionRules(spec.conversion, options);
}

/** Faults of changing what must stay. */
export function* specUpdateRules(
  next: CustomResourceDefinitionSpec,
  previous: CustomResourceDefinitionSpec,
  options: RuleOptions,
): Iterable<FieldError> {
  yield* specRules(next, options);
  if (options.fixedNames) {
    if (next.scope !== previous.scope) yield immutable('spec.scope', next.scope);
    if (next.names?.kind !== previous.names?.kind) yield immutable('spec.names.kind', next.names?.kind ?? '');
  }
  if (next.group !== previous.group) yield immutable('spec.group', next.group);
  if (next.names?.plural !== previous.names?.plural) yield immutable('spec.names.plural', next.names?.plural ?? '');
}

function* groupRules(group: string | undefined): Iterable<FieldError> {
  if (!group) {
    yield required('spec.group');
    return;
  }
  const complaints = isDns1123Subdomain(group);
  if (complaints.length > 0) yield invalidValue('spec.group', group, complaints.join(','));
  else if (!group.includes('.')) yield invalidValue('spec.group', group, 'should be a domain with at least one dot');
}

function hasDefaults({ versions }: CustomResourceDefinitionSpec): boolean {
  const isSet = ({ default: value }: JsonSchema) => value !== undefined && value !== null;
  return (versions ?? []).some(({ schema }) => someSchema(schema?.openAPIV3Schema as JsonSchema | undefined, isSet));
}

function* missingSchemas({ versions, validation }: HoistedSpec, options: RuleOptions, keepsUnknown: boolean): Iterable<FieldError> {
  if (validation?.openAPIV3Schema || (!options.schemas && keepsUnknown)) return;
  for (const [index, { schema, served }] of versions.entries()) {
    if (schema?.openAPIV3Schema || (!options.schemas && !served)) continue;
    yield required(`spec.versions[${index}].schema.openAPIV3Schema`, options.schemas ? '' : 'because otherwise all fields are pruned');
  }
}

/** A status in any version counts for what is said of all. */
function hasStatus({ versions, subresources }: HoistedSpec, index?: number): boolean {
  if (!versions.some((version) => version.subresources)) return Boolean(subresources?.status);
  return index === undefined ? versions.some((version) => version.subresources?.status) : Boolean(versions[index]?.subresources?.status);
}

function* sharedRules(whole: HoistedSpec, options: RuleOptions): Iterable<FieldError> {
  yield* schemaRules(whole.validation, 'spec.validation', hasStatus(whole), forVersion(options, whole.versions[0]?.name ?? ''));
  yield* subresourceRules(whole.subresources, 'spec.subresources');
  yield* columnRules(whole.additionalPrinterColumns, 'spec.additionalPrinterColumns');
  if (!whole.selectableFields?.length) return;
  const schema = whole.validation?.openAPIV3Schema as JsonSchema | undefined;
  if (!whole.validation) yield invalidValue('spec.selectableFields', '', 'may only be set when validations.schema is included');
  else {
    const unsupported = schema && unsupportedIn(schema);
    if (unsupported) yield invalidValue('spec.schema.openAPIV3Schema', '', unsupported);
    const anyNumber = whole.versions.every(({ name }) => options.tooManyFields.has(name));
    yield* selectableFieldRules(whole.selectableFields, schema ?? {}, 'spec.selectableFields', anyNumber);
  }
}
