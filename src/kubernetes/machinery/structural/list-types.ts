import type { FieldError } from '../field-error.ts';
import { at, duplicate, invalidValue } from '../validation/faults.ts';
import { isObject, itemsOf, type JsonObject, type JsonSchema, propertyOf, valuesOf } from './json-schema.ts';
import { shownBad, sorted } from './keywords/show.ts';

/** Faults of lists whose items must differ: sets as wholes, keyed lists in their keys. */
export function* listTypeFaults(value: unknown, schema: JsonSchema | undefined, path = ''): Iterable<FieldError> {
  if (!schema) return;
  if (Array.isArray(value)) {
    yield* ownFaults(value, schema, path);
    const items = itemsOf(schema);
    if (items) for (const [index, item] of value.entries()) yield* listTypeFaults(item, items, `${path}[${index}]`);
  } else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      const property = propertyOf(schema, name);
      yield* property
        ? listTypeFaults(value[name], property, at(path, name))
        : listTypeFaults(value[name], valuesOf(schema), `${path}[${name}]`);
    }
  }
}

function* ownFaults(items: readonly unknown[], schema: JsonSchema, path: string): Iterable<FieldError> {
  if (schema['x-kubernetes-list-type'] === 'set') {
    for (const index of repeated(items)) yield duplicate(`${path}[${index}]`, shownBad(items[index]));
  } else if (schema['x-kubernetes-list-type'] === 'map') yield* keyedFaults(items, schema['x-kubernetes-list-map-keys'] ?? [], path);
}

function* keyedFaults(items: readonly unknown[], keys: readonly string[], path: string): Iterable<FieldError> {
  const odd = items.findIndex((item) => item !== null && !isObject(item));
  if (odd >= 0) {
    yield invalidValue(`${path}[${odd}]`, shownBad(items[odd]), 'must be an object for an array of list-type map');
    return;
  }
  const identities = items.map((item) => identityOf(item as JsonObject | null, keys));
  for (const index of repeated(identities)) yield duplicate(`${path}[${index}]`, sorted(identities[index]));
}

function identityOf(item: JsonObject | null, keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.filter((key) => item && Object.hasOwn(item, key)).map((key) => [key, item?.[key]]));
}

/** Where a value comes for the second time; its third and later appearances say nothing new. */
function repeated(values: readonly unknown[]): number[] {
  if (values.length < 2) return [];
  const counts = new Map<string, number>();
  const found: number[] = [];
  for (const [index, value] of values.entries()) {
    const text = JSON.stringify(sorted(value));
    const count = (counts.get(text) ?? 0) + 1;
    counts.set(text, count);
    if (count === 2) found.push(index);
  }
  return found;
}
