import type { FieldError } from '../../../../machinery/field-error.ts';
import { itemsOf, type JsonSchema, propertyOf } from '../../../../machinery/structural/json-schema.ts';
import { forbiddenField, invalidValue, notSupported, required } from '../../../../machinery/validation/faults.ts';
import { internalItems } from '../internal-shape.ts';

/** Faults of `x-kubernetes-map-type`, `x-kubernetes-list-type` and `x-kubernetes-list-map-keys`. */
export function* listAndMapTypeFaults(schema: JsonSchema, path: string, atomicSets: boolean): Iterable<FieldError> {
  const mapType = schema['x-kubernetes-map-type'] ?? undefined;
  const listType = schema['x-kubernetes-list-type'] ?? undefined;
  if (mapType !== undefined && schema.type !== 'object') yield wrongType(schema, 'object', 'map', path);
  if (mapType !== undefined && !['atomic', 'granular'].includes(mapType)) {
    yield notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']);
  }
  if (listType !== undefined && schema.type !== 'array') yield wrongType(schema, 'array', 'list', path);
  else if (atomicSets && hasLooseSet(schema)) yield looseSet(itemsOf(schema) as JsonSchema, path);
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType)) {
    yield notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']);
  }
  yield* keyFaults(schema, listType, path);
}

function wrongType({ type }: JsonSchema, wanted: string, kind: string, path: string): FieldError {
  const demand = `must be ${wanted} if x-kubernetes-${kind}-type is specified`;
  return type ? invalidValue(`${path}.type`, type, demand) : required(`${path}.type`, demand);
}

/** Items of a set are compared whole, so they must also be owned whole. */
export function hasLooseSet(schema: JsonSchema): boolean {
  const items = itemsOf(schema);
  if (schema['x-kubernetes-list-type'] !== 'set' || !items) return false;
  if (items.type === 'array') return (items['x-kubernetes-list-type'] ?? 'atomic') !== 'atomic';
  return items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic';
}

function looseSet(items: JsonSchema, path: string): FieldError {
  const kind = items.type === 'array' ? 'list' : 'map';
  return invalidValue(
    `${path}.items.x-kubernetes-${kind}-type`,
    items['x-kubernetes-list-type'] ?? null,
    'must be atomic as item of a list with x-kubernetes-list-type=set',
  );
}

function* keyFaults(schema: JsonSchema, listType: string | undefined, path: string): Iterable<FieldError> {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const typePath = `${path}.x-kubernetes-list-type`;
  const demand = 'must be map if x-kubernetes-list-map-keys is non-empty';
  if (keys.length > 0 && listType === undefined) yield required(typePath, demand);
  else if (keys.length > 0 && listType !== 'map') yield invalidValue(typePath, listType, demand);
  if (listType !== 'map') return;
  if (keys.length === 0) yield required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map');
  const items = itemsOf(schema);
  if (!schema.items) yield required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map');
  else if (!items)
    yield invalidValue(`${path}.items`, internalItems(schema.items), 'must only have a single schema if x-kubernetes-list-type is map');
  else if (items.type !== 'object') {
    yield invalidValue(`${path}.items.type`, items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map");
  } else yield* eachKeyFaults(items, keys, path);
}

function* eachKeyFaults(items: JsonSchema, keys: readonly string[], path: string): Iterable<FieldError> {
  const keysPath = `${path}.x-kubernetes-list-map-keys`;
  for (const [index, key] of keys.entries()) {
    const property = propertyOf(items, key);
    if (!property) yield invalidValue(keysPath, keys, 'entries must all be names of item properties');
    else if (property.type === 'array' || property.type === 'object') {
      const demand = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      yield invalidValue(`${path}.items.properties[${key}].type`, items.type, demand);
    }
    if (keys.indexOf(key) < index) yield invalidValue(keysPath, keys, 'must not contain duplicate entries');
  }
}

/** Faults of items that could not be told apart. */
export function* keyedListFaults(schema: JsonSchema, path: string): Iterable<FieldError> {
  const items = itemsOf(schema);
  const listType = schema['x-kubernetes-list-type'];
  if (!items || (listType !== 'set' && listType !== 'map')) return;
  if (items.nullable) yield forbiddenField(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`);
  if (listType !== 'map') return;
  for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
    const property = propertyOf(items, key);
    if (!property) continue;
    const at = `${path}.items.properties[${key}]`;
    const because = 'this property is in x-kubernetes-list-map-keys, so it';
    const hasDefault = property.default !== undefined && property.default !== null;
    if (!items.required?.includes(key) && !hasDefault)
      yield required(`${at}.default`, `${because} must have a default or be a required property`);
    if (property.nullable) yield forbiddenField(`${at}.nullable`, `${because} cannot be nullable`);
  }
}
