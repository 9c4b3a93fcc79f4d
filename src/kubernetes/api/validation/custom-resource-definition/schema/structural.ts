import { compilePattern } from '../../../../machinery/cel/regex/pattern.ts';
import { CelError } from '../../../../machinery/cel/values/errors.ts';
import type { FieldError } from '../../../../machinery/field-error.ts';
import { itemsOf, type JsonSchema, preservesUnknown, propertyOf, valuesOf } from '../../../../machinery/structural/json-schema.ts';
import { forbiddenField, invalidValue, required } from '../../../../machinery/validation/faults.ts';
import { completenessFaults } from './completeness.ts';
import { unsupportedIn } from './unsupported.ts';

/**
 * Structural schemas say the type of every value apart from any combination of schemas, so that what a value is can be
 * known without validating it.
 */
export const isStructural = (schema: JsonSchema): boolean =>
  unsupportedIn(schema) === undefined && structuralFaults(schema, '').length === 0;

/** Why a schema is not structural, sorted. */
export function structuralFaults(schema: JsonSchema, path: string): FieldError[] {
  const faults = [...nodeFaults(schema, 'root', path), ...completenessFaults(schema, path)];
  const texts = new Map(faults.map((fault) => [fault, `${fault.field}: ${fault.message}`]));
  return faults.sort((a, b) => ((texts.get(a) as string) < (texts.get(b) as string) ? -1 : 1));
}

type Level = 'root' | 'item' | 'field';

const EMPTY_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function* nodeFaults(schema: JsonSchema, level: Level, path: string): Iterable<FieldError> {
  const items = itemsOf(schema);
  if (schema.type === 'array' && !items) yield required(`${path}.items`, 'must be specified');
  if (items) yield* nodeFaults(items, 'item', `${path}.items`);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    yield* nodeFaults(property, 'field', `${path}.properties[${name}]`);
  const values = valuesOf(schema);
  const isMap = schema.additionalProperties !== undefined && schema.additionalProperties !== null;
  if (isMap && level === 'root') yield forbiddenField(`${path}.additionalProperties`, 'must not be used at the root');
  if (values) yield* nodeFaults(values, 'field', `${path}.additionalProperties`);
  yield* extensionFaults(schema, path);
  yield* combinationFaults(schema, path, isIntOrString(schema.anyOf), isIntOrString(schema.allOf?.[0]?.anyOf));
  yield* typeFaults(schema, level, path);
  if (schema['x-kubernetes-embedded-resource'] && isMap) {
    yield forbiddenField(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set');
  }
  if (level === 'root' && schema.type && schema.type !== 'object')
    yield invalidValue(`${path}.type`, schema.type, 'must be object at the root');
  yield* resourceFaults(schema, level, path);
}

function* extensionFaults(schema: JsonSchema, path: string): Iterable<FieldError> {
  if (!schema['x-kubernetes-int-or-string']) return;
  for (const other of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const) {
    if (schema[other]) yield invalidValue(`${path}.${other}`, true, 'must be false if x-kubernetes-int-or-string is true');
  }
}

function* typeFaults(schema: JsonSchema, level: Level, path: string): Iterable<FieldError> {
  const { type = '' } = schema;
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object') {
    const demand = 'must be object if x-kubernetes-embedded-resource is true';
    yield type === '' ? required(`${path}.type`, demand) : invalidValue(`${path}.type`, type, demand);
  } else if (type === '' && !schema['x-kubernetes-int-or-string'] && !preservesUnknown(schema)) {
    yield required(`${path}.type`, EMPTY_TYPE[level]);
  }
}

/** What whole resources say of themselves has its types already. */
function* resourceFaults(schema: JsonSchema, level: Level, path: string): Iterable<FieldError> {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const isResource = level === 'root' || embedded;
  for (const name of ['kind', 'apiVersion']) {
    const property = propertyOf(schema, name);
    if (isResource && property && property.type !== 'string') {
      yield invalidValue(`${path}.properties[${name}].type`, property.type ?? '', 'must be string');
    }
  }
  const metadata = propertyOf(schema, 'metadata');
  if (metadata) yield* metadataFaults(metadata, isResource, level, `${path}.properties[metadata]`);
  if (embedded && !preservesUnknown(schema) && Object.keys(schema.properties ?? {}).length === 0) {
    const demand = 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    yield required(`${path}.properties`, demand);
  }
}

function* metadataFaults(schema: JsonSchema, isResource: boolean, level: Level, path: string): Iterable<FieldError> {
  if (isResource && schema.type !== 'object') yield invalidValue(`${path}.type`, schema.type ?? '', 'must be object');
  if (level !== 'root') return;
  const { type: _type, default: _default, properties = {}, ...rest } = schema;
  const onlyNames = Object.keys(properties).every((name) => name === 'name' || name === 'generateName');
  const saysMore = Object.values(rest).some((value) => value !== undefined && value !== null && value !== '' && value !== false);
  if (!onlyNames || saysMore) {
    yield forbiddenField(path, 'must not specify anything other than name and generateName, but metadata is implicitly specified');
  }
}

/** `anyOf` of just integer and string is how int-or-string was written before it had a name. */
export function isIntOrString(alternatives: readonly JsonSchema[] | undefined): boolean {
  const types = (alternatives ?? []).map((schema) => (Object.keys(schema).join() === 'type' ? schema.type : undefined));
  return types.length === 2 && types[0] === 'integer' && types[1] === 'string';
}

function* combinationFaults(schema: JsonSchema, path: string, skipAny: boolean, skipFirstAll: boolean): Iterable<FieldError> {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  if (!skipAny) for (const [index, part] of (anyOf ?? []).entries()) yield* nestedFaults(part, `${path}.anyOf[${index}]`, false);
  for (const [index, part] of (allOf ?? []).entries()) yield* nestedFaults(part, `${path}.allOf[${index}]`, skipFirstAll && index === 0);
  for (const [index, part] of (oneOf ?? []).entries()) yield* nestedFaults(part, `${path}.oneOf[${index}]`, false);
  if (not) yield* nestedFaults(not, `${path}.not`, false);
  if (pattern) yield* patternFaults(pattern, `${path}.pattern`);
}

function* patternFaults(pattern: string, path: string): Iterable<FieldError> {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    yield invalidValue(path, pattern, `must be a valid regular expression, but isn't: ${error.message}`);
  }
}

/** Inside a combination only values are restricted: what they are is said elsewhere. */
function* nestedFaults(schema: JsonSchema, path: string, skipAny: boolean): Iterable<FieldError> {
  yield* combinationFaults(schema, path, skipAny, false);
  const items = itemsOf(schema);
  if (items) yield* nestedFaults(items, `${path}.items`, false);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    yield* nestedFaults(property, `${path}.properties[${name}]`, false);
  for (const [field, demand, isSet] of FORBIDDEN_INSIDE) if (isSet(schema)) yield forbiddenField(`${path}.${field}`, demand);
  if (propertyOf(schema, 'metadata')) yield forbiddenField(`${path}.properties[metadata]`, 'must not be specified in a nested context');
}

const given = (value: unknown): boolean => value !== undefined && value !== null;

const FORBIDDEN_INSIDE: readonly (readonly [field: string, demand: string, isSet: (schema: JsonSchema) => boolean])[] = [
  ['type', 'must be empty to be structural', ({ type }) => Boolean(type)],
  [
    'additionalProperties',
    'must be undefined to be structural',
    ({ additionalProperties }) => given(additionalProperties) && additionalProperties !== false,
  ],
  ['default', 'must be undefined to be structural', ({ default: value }) => given(value)],
  ['title', 'must be empty to be structural', ({ title }) => Boolean(title)],
  ['description', 'must be empty to be structural', ({ description }) => Boolean(description)],
  ['nullable', 'must be false to be structural', ({ nullable }) => nullable === true],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural', preservesUnknown],
  ['x-kubernetes-embedded-resource', 'must be false to be structural', (schema) => schema['x-kubernetes-embedded-resource'] === true],
  ['x-kubernetes-int-or-string', 'must be false to be structural', (schema) => schema['x-kubernetes-int-or-string'] === true],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural', (schema) => Boolean(schema['x-kubernetes-list-map-keys']?.length)],
  ['x-kubernetes-list-type', 'must be undefined to be structural', (schema) => given(schema['x-kubernetes-list-type'])],
  ['x-kubernetes-map-type', 'must be undefined to be structural', (schema) => given(schema['x-kubernetes-map-type'])],
  ['x-kubernetes-validations', 'must be empty to be structural', (schema) => Boolean(schema['x-kubernetes-validations']?.length)],
];
