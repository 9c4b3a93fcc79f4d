import type { FieldError } from '../../../../machinery/field-error.ts';
import { itemsOf, type JsonSchema, META_FIELDS } from '../../../../machinery/structural/json-schema.ts';
import { forbiddenField, invalidValue, notSupported } from '../../../../machinery/validation/faults.ts';
import type { RuleOptions } from '../options.ts';
import { expressionFaults } from './expressions.ts';
import { keyedListFaults, listAndMapTypeFaults } from './keyed-lists.ts';
import type { RuleScope } from './rule-scope.ts';
import { ruleFaults } from './rules.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

export const hasUnknownType = ({ type }: JsonSchema): boolean => Boolean(type) && !TYPES.includes(type as string);

/** What is allowed at a place of a schema, by what is around it. */
interface Place {
  readonly options: RuleOptions;
  readonly isRoot: boolean;
  /** Inside the metadata, kind or API version of a resource. */
  readonly inMetadata: boolean;
  /** Why defaults are not allowed; undefined where they are. */
  readonly noDefaults: string | undefined;
  /** The nearest place around whose values cannot be told to be the same before and after an update. */
  readonly uncorrelated: string | undefined;
  /** Undefined where rules are not compiled. */
  readonly scope: RuleScope | undefined;
}

/** Faults of the schema as such, and of the expressions in it. */
interface Found {
  readonly schema: FieldError[];
  readonly rules: FieldError[];
}

/** Faults of a schema beyond its structure. Rules are compiled where `scope` is given. */
export function openApiFaults(schema: JsonSchema, path: string, options: RuleOptions, scope: RuleScope | undefined): FieldError[] {
  const root: Place = { options, isRoot: true, inMetadata: false, noDefaults: undefined, uncorrelated: undefined, scope };
  const { schema: faults, rules } = visit(schema, path, root);
  return [...faults, ...rules];
}

function visit(schema: JsonSchema, path: string, place: Place): Found {
  const found: Found = { schema: [], rules: [] };
  found.schema.push(...keywordFaults(schema, path, place));
  for (const [inner, at, where] of partsOf(schema, path, place)) {
    const below = visit(inner, at, { ...where, isRoot: false });
    found.schema.push(...below.schema);
    found.rules.push(...below.rules);
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    found.schema.push(invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  found.schema.push(...listAndMapTypeFaults(schema, path, place.options.atomicSets));
  if (place.options.soundListKeys) found.schema.push(...keyedListFaults(schema, path));
  const rulesPath = `${path}.x-kubernetes-validations`;
  found.schema.push(...ruleFaults(schema, rulesPath));
  const { scope, uncorrelated, options } = place;
  // Types of a schema that is wrong are wrong too: its expressions can wait.
  if (scope && found.schema.length === 0) {
    found.rules.push(...expressionFaults(schema, rulesPath, { scope, uncorrelated, anyCost: options.anyRuleCost }));
  }
  return found;
}

const isFull = (value: object | undefined | null): boolean => Object.keys(value ?? {}).length > 0;
const given = (value: unknown): boolean => value !== undefined && value !== null;

function* keywordFaults(schema: JsonSchema, path: string, { options, noDefaults, inMetadata }: Place): Iterable<FieldError> {
  const unsupported = (name: string) => forbiddenField(`${path}.${name}`, `${name} is not supported`);
  if (options.knownTypes && hasUnknownType(schema)) yield notSupported(`${path}.type`, schema.type, TYPES);
  if (given(schema.default) && noDefaults !== undefined) yield forbiddenField(`${path}.default`, `must not be set ${noDefaults}`);
  if (schema.id) yield unsupported('id');
  if (given(schema.additionalItems)) yield unsupported('additionalItems');
  if (isFull(schema.patternProperties)) yield unsupported('patternProperties');
  if (isFull(schema.definitions)) yield unsupported('definitions');
  if (given(schema.dependencies)) yield unsupported('dependencies');
  if (given(schema.$ref)) yield unsupported('$ref');
  if (schema.type === 'null') yield forbiddenField(`${path}.type`, 'type cannot be set to null, use nullable as an alternative');
  if (Array.isArray(schema.items) && schema.items.length > 0) {
    yield forbiddenField(`${path}.items`, 'items must be a schema object and not an array');
  }
  if (inMetadata && schema['x-kubernetes-embedded-resource']) {
    yield forbiddenField(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta');
  }
  if (schema.uniqueItems) {
    yield forbiddenField(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic');
  }
  const { additionalProperties } = schema;
  if (given(additionalProperties) && additionalProperties !== true && isFull(schema.properties)) {
    yield forbiddenField(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive');
  }
}

type Part = readonly [schema: JsonSchema, path: string, place: Place];

/** Every schema directly inside, with where it is. */
function* partsOf(schema: JsonSchema, path: string, place: Place): Iterable<Part> {
  const { additionalProperties: values, not, allOf, oneOf, anyOf, definitions, dependencies } = schema;
  if (typeof values === 'object' && values !== null) {
    const noDefaults = place.inMetadata ? 'inside additionalProperties applying to object metadata' : place.noDefaults;
    yield [values, `${path}.additionalProperties`, { ...place, noDefaults, scope: place.scope?.child(values) }];
  }
  yield* propertiesOf(schema, path, place);
  const apart: Place = { ...place, scope: undefined };
  if (not) yield [not, `${path}.not`, apart];
  for (const [index, part] of (allOf ?? []).entries()) yield [part, `${path}.allOf[${index}]`, apart];
  for (const [index, part] of (oneOf ?? []).entries()) yield [part, `${path}.oneOf[${index}]`, apart];
  for (const [index, part] of (anyOf ?? []).entries()) yield [part, `${path}.anyOf[${index}]`, apart];
  for (const [name, part] of Object.entries(definitions ?? {})) yield [part, `${path}.definitions[${name}]`, apart];
  yield* itemPartsOf(schema, path, place);
  for (const [name, part] of Object.entries(dependencies ?? {})) {
    if (!Array.isArray(part)) yield [part as JsonSchema, `${path}.dependencies[${name}]`, apart];
  }
}

function* propertiesOf(schema: JsonSchema, path: string, place: Place): Iterable<Part> {
  const isResource = place.isRoot || schema['x-kubernetes-embedded-resource'] === true;
  const mapType = schema['x-kubernetes-map-type'];
  const correlated = !mapType || mapType === 'granular' || mapType === 'atomic';
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const meta = isResource && META_FIELDS.has(name);
    yield [
      property,
      `${path}.properties[${name}]`,
      {
        ...place,
        inMetadata: place.inMetadata || meta,
        noDefaults: meta && place.isRoot ? `in top-level ${name}` : place.noDefaults,
        uncorrelated: place.uncorrelated ?? (correlated ? undefined : path),
        scope: place.scope?.child(property),
      },
    ];
  }
}

/** Only items of keyed lists are the same before and after an update. */
function* itemPartsOf(schema: JsonSchema, path: string, place: Place): Iterable<Part> {
  const uncorrelated = place.uncorrelated ?? (schema['x-kubernetes-list-type'] === 'map' ? undefined : path);
  const items = itemsOf(schema);
  if (items) yield [items, `${path}.items`, { ...place, uncorrelated, scope: place.scope?.child(items) }];
  if (!Array.isArray(schema.items)) return;
  for (const [index, part] of schema.items.entries()) {
    yield [part, `${path}.items[${index}]`, { ...place, uncorrelated, scope: place.scope?.child(part) }];
  }
}
