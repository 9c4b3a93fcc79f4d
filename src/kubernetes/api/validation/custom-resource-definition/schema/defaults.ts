import { costLimits } from '../../../../machinery/cel/cost/units.ts';
import type { FieldError } from '../../../../machinery/field-error.ts';
import { sameJson } from '../../../../machinery/patch/same-json.ts';
import { coerceEmbedded, embeddedFaults, resourceFaults } from '../../../../machinery/structural/embedded-resources.ts';
import { isObject, itemsOf, type JsonObject, type JsonSchema, META_FIELDS } from '../../../../machinery/structural/json-schema.ts';
import { shownBad } from '../../../../machinery/structural/keywords/show.ts';
import { pruneResource, pruneValue } from '../../../../machinery/structural/prune.ts';
import { RuleChecker } from '../../../../machinery/structural/rules/rule-checker.ts';
import { Ratchet, RuleRun } from '../../../../machinery/structural/rules/rule-run.ts';
import { SchemaValidator } from '../../../../machinery/structural/validator.ts';
import { invalidValue } from '../../../../machinery/validation/faults.ts';
import { readMetadata } from '../../../helpers/read-metadata.ts';

/** Puts a default where it would be, inside an object that otherwise says only what it is. */
type Surround = (value: unknown) => JsonObject;

interface Place {
  readonly path: string;
  /** The whole resource's schema, or that of the nearest embedded one. */
  readonly resource: JsonSchema;
  readonly surround: Surround;
  readonly inMetadata: boolean;
  readonly checks: DefaultChecks;
}

const root: Surround = (value) => ({ kind: 'Validation', apiVersion: 'validation/v1', ...(value as JsonObject) });

/** Faults of the defaults in a schema: each must be a value that the schema would accept, with nothing unknown in it. */
export function defaultFaults(schema: JsonSchema, path: string): FieldError[] {
  const whole: JsonSchema = { ...schema, 'x-kubernetes-embedded-resource': true };
  return [...visit(whole, { path, resource: whole, surround: root, inMetadata: false, checks: new DefaultChecks() })];
}

/** Asks the rules of a schema about its default, as something new and as something that stays. */
class DefaultChecks {
  /** All defaults of a schema share what their rules may cost. */
  #budget: number = costLimits.runtimeBudget;

  faults(schema: JsonSchema, isResource: boolean, value: unknown, path: string): FieldError[] {
    const checker = RuleChecker.of(schema, isResource);
    if (!checker || this.#budget < 0) return [];
    const same = this.#run(checker, value, value, path);
    const fresh = same.faults.length > 0 ? undefined : this.#run(checker, value, undefined, path);
    this.#budget = Math.min(same.left, fresh?.left ?? same.left);
    return [...same.faults, ...(fresh?.faults ?? [])];
  }

  #run(checker: RuleChecker, value: unknown, previous: unknown, path: string): RuleRun {
    const run = new RuleRun(this.#budget);
    checker.check({ value, previous, path, ratchet: Ratchet.none }, run);
    return run;
  }
}

function* visit(schema: JsonSchema, place: Place): Iterable<FieldError> {
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const here: Place = embedded ? { ...place, resource: schema, surround: root, inMetadata: false } : place;
  if (schema.default !== undefined && schema.default !== null) yield* ownFaults(schema, schema.default, here);
  const { path, surround } = here;
  const items = itemsOf(schema);
  if (items) yield* visit(items, { ...here, path: `${path}.items`, surround: (value) => surround([value]) });
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield* visit(property, {
      ...here,
      path: `${path}.properties[${name}]`,
      surround: (value) => surround({ [name]: value }),
      inMetadata: here.inMetadata || (embedded && META_FIELDS.has(name)),
    });
  }
}

function* ownFaults(schema: JsonSchema, value: unknown, place: Place): Iterable<FieldError> {
  const path = `${place.path}.default`;
  if (!place.inMetadata && !isPruned(schema, value))
    yield invalidValue(path, shownBad(coerced(schema, value)), 'must not have unknown fields');
  const unsound = place.inMetadata ? metadataFault(value, place, path) : embeddedFaultsOf(schema, value, path);
  if (unsound.length > 0) {
    yield* unsound;
    return;
  }
  const faults = new SchemaValidator(untyped(schema)).faults(value, path);
  yield* faults.length > 0 ? faults : place.checks.faults(schema, schema === place.resource, value, path);
}

/** Upstream checks defaults by a schema in which integers or strings have lost their types. */
function untyped(schema: JsonSchema): JsonSchema {
  const { 'x-kubernetes-int-or-string': _, items, properties, additionalProperties, ...rest } = schema;
  const inner = itemsOf(schema);
  return {
    ...rest,
    ...(inner ? { items: untyped(inner) } : items && { items }),
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, untyped(value)])) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: typeof additionalProperties === 'object' ? untyped(additionalProperties) : additionalProperties,
    }),
  };
}

/** The value as messages show it: metadata in it has been read by then. */
function coerced(schema: JsonSchema, value: unknown): unknown {
  const copy = structuredClone(value);
  coerceEmbedded(copy, schema, readMetadata);
  return copy;
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
