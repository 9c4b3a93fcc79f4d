import type { FieldError } from '../../../../machinery/field-error.ts';
import { sameJson } from '../../../../machinery/patch/same-json.ts';
import { coerceEmbedded, embeddedFaults, resourceFaults } from '../../../../machinery/structural/embedded-resources.ts';
import { isObject, itemsOf, type JsonObject, type JsonSchema, META_FIELDS } from '../../../../machinery/structural/json-schema.ts';
import { shownBad } from '../../../../machinery/structural/keywords/show.ts';
import { pruneResource, pruneValue } from '../../../../machinery/structural/prune.ts';
import { SchemaValidator } from '../../../../machinery/structural/validator.ts';
import { invalidValue } from '../../../../machinery/validation/faults.ts';
import { readMetadata } from '../../../helpers/read-metadata.ts';

/** Faults of an object's own rules on a default, which must also satisfy them. */
export type CheckRules = (schema: JsonSchema, isResource: boolean, value: unknown, path: string) => FieldError[];

/** Puts a default where it would be, inside an object that otherwise says only what it is. */
type Surround = (value: unknown) => JsonObject;

interface Place {
  readonly path: string;
  /** The whole resource's schema, or that of the nearest embedded one. */
  readonly resource: JsonSchema;
  readonly surround: Surround;
  readonly inMetadata: boolean;
}

const root: Surround = (value) => ({ kind: 'Validation', apiVersion: 'validation/v1', ...(value as JsonObject) });

/** Faults of the defaults in a schema: each must be a value that the schema would accept, with nothing unknown in it. */
export function defaultFaults(schema: JsonSchema, path: string, checkRules: CheckRules): FieldError[] {
  const whole: JsonSchema = { ...schema, 'x-kubernetes-embedded-resource': true };
  return [...visit(whole, { path, resource: whole, surround: root, inMetadata: false }, checkRules)];
}

function* visit(schema: JsonSchema, place: Place, checkRules: CheckRules): Iterable<FieldError> {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const here: Place = embedded ? { ...place, resource: schema, surround: root, inMetadata: false } : place;
  if (schema.default !== undefined && schema.default !== null) yield* ownFaults(schema, schema.default, here, checkRules);
  const { path, surround } = here;
  const items = itemsOf(schema);
  if (items) yield* visit(items, { ...here, path: `${path}.items`, surround: (value) => surround([value]) }, checkRules);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield* visit(
      property,
      {
        ...here,
        path: `${path}.properties[${name}]`,
        surround: (value) => surround({ [name]: value }),
        inMetadata: here.inMetadata || (embedded && META_FIELDS.has(name)),
      },
      checkRules,
    );
  }
}

function* ownFaults(schema: JsonSchema, value: unknown, place: Place, checkRules: CheckRules): Iterable<FieldError> {
  const path = `${place.path}.default`;
  if (!place.inMetadata && !isPruned(schema, value)) yield invalidValue(path, shownBad(value), 'must not have unknown fields');
  const unsound = place.inMetadata ? metadataFault(value, place, path) : embeddedFaultsOf(schema, value, path);
  if (unsound.length > 0) {
    yield* unsound;
    return;
  }
  const faults = new SchemaValidator(schema).faults(value, path);
  yield* faults.length > 0 ? faults : checkRules(schema, schema === place.resource, value, path);
}

function isPruned(schema: JsonSchema, value: unknown): boolean {
  const pruned = structuredClone(value);
  if (schema['x-kubernetes-embedded-resource'] && isObject(pruned)) pruneResource(pruned, schema);
  else pruneValue(pruned, schema);
  return sameJson(pruned, value);
}

function embeddedFaultsOf(schema: JsonSchema, value: unknown, path: string): FieldError[] {
  const copy = structuredClone(value);
  const fault = coerceEmbedded(copy, schema, readMetadata, { path });
  return fault ? [fault] : embeddedFaults(copy, schema, readMetadata, path);
}

function metadataFault(value: unknown, { surround, resource }: Place, path: string): FieldError[] {
  const object = surround(structuredClone(value));
  const fault = coerceEmbedded(object, resource, readMetadata);
  const faults = fault ? [fault] : [...resourceFaults(object, '', readMetadata)];
  if (faults.length === 0) return [];
  const texts = faults.map(({ field, message }) => `${field}: ${message}`);
  const text = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return [invalidValue(path, shownBad(value), `must result in valid metadata: ${text}`)];
}
