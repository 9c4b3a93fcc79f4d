import * as types from '../types/type.ts';
import { DataList, DataMap, dataToValue } from '../values/data.ts';
import { CelError } from '../values/errors.ts';
import { CelDouble, type CelValue } from '../values/value.ts';
import { convertString } from './convert-string.ts';
import type { DeclType } from './decl-type.ts';
import { escapeName } from './escape.ts';
import { goType } from './go-type.ts';
import { type JsonSchema, withTypeAndMeta } from './json-schema.ts';
import { MapList, SetList } from './lists.ts';
import { JsonObject } from './object.ts';
import { listSize, MIN_BOOLEAN, MIN_CONTAINER, MIN_NUMBER, mapSize, plainStringSize, stringSizes } from './sizes.ts';

/** Scalars and objects count as having no elements, so that comparing them is estimated to cost nothing. */
const NO_ELEMENTS = 0;

/**
 * The type that a schema declares, named as error messages show it, unlike any variable; undefined when expressions cannot use data of that
 * schema. With `isRoot`, the type and the names of an object are there whether or not the schema has them.
 */
export function declTypeOf(schema: JsonSchema, name: string, isRoot = false): DeclType | undefined {
  const declared = schema['x-kubernetes-int-or-string'] ? intOrString(schema) : byType(isRoot ? withTypeAndMeta(schema) : schema, name);
  return declared && { ...declared, convert: nullable(schema, declared.convert) };
}

function nullable(schema: JsonSchema, convert: DeclType['convert']): DeclType['convert'] {
  const onNull = (): CelValue => {
    if (schema.nullable) return null;
    throw new CelError('invalid data, got null for schema with nullable=false');
  };
  return (data) => (data === null || data === undefined ? onNull() : convert(data));
}

function byType(schema: JsonSchema, name: string): DeclType | undefined {
  switch (schema.type) {
    case 'array':
      return listType(schema, name);
    case 'object':
      return isMap(schema) ? mapType(schema, name) : objectType(schema, name);
    case 'string':
      return { ...convertString(schema), ...stringSizes(schema) };
    case 'boolean':
      return scalar(types.boolType, MIN_BOOLEAN, (data) =>
        typeof data === 'boolean' ? data : invalid(`expected bool, got ${goType(data)}`),
      );
    case 'integer':
      return scalar(types.intType, MIN_NUMBER, toInt);
    case 'number':
      return scalar(types.doubleType, MIN_NUMBER, (data) =>
        typeof data === 'number' ? new CelDouble(data) : invalid(`expected float, got ${goType(data)}`),
      );
    default:
      return undefined;
  }
}

const scalar = (type: types.CelType, minSize: number, convert: DeclType['convert']): DeclType => ({
  type,
  minSize,
  maxElements: NO_ELEMENTS,
  convert,
});

function invalid(problem: string): never {
  throw new CelError(`invalid data, ${problem}`);
}

function toInt(data: unknown): CelValue {
  if (typeof data === 'number' && Number.isInteger(data)) return dataToValue(data);
  return typeof data === 'bigint' ? dataToValue(data) : invalid(`expected int, got ${goType(data)}`);
}

/** Either of two types: its checks are left to the evaluation. */
function intOrString(schema: JsonSchema): DeclType {
  const convert = (data: unknown): CelValue => {
    if (typeof data === 'string') return data;
    return typeof data === 'number' && Number.isInteger(data)
      ? data
      : invalid('expected XIntOrString value to be either a string or integer');
  };
  return { type: types.dynType, minSize: 1, maxElements: plainStringSize(schema.maxLength, undefined), convert };
}

const embedded = (schema: JsonSchema): boolean => schema['x-kubernetes-embedded-resource'] === true;

function listType(schema: JsonSchema, name: string): DeclType | undefined {
  const element = schema.items && declTypeOf(schema.items, `${name}.@idx`, embedded(schema.items));
  if (!element) return undefined;
  const make = listOf(schema, element);
  return {
    type: types.listOf(element.type),
    element,
    minSize: MIN_CONTAINER,
    maxElements: listSize(schema, element),
    convert: (data) => (Array.isArray(data) ? make(data) : invalid('expected an array for the provided schema with type=array')),
  };
}

function listOf(schema: JsonSchema, { convert }: DeclType): (data: readonly unknown[]) => DataList {
  switch (schema['x-kubernetes-list-type']) {
    case 'set':
      return (data) => new SetList(data, convert);
    case 'map':
      return (data) => new MapList(data, convert, schema['x-kubernetes-list-map-keys'] ?? []);
    default:
      return (data) => new DataList(data, convert);
  }
}

const isMap = ({ additionalProperties }: JsonSchema): boolean => typeof additionalProperties === 'object';

function mapType(schema: JsonSchema, name: string): DeclType | undefined {
  const values = schema.additionalProperties as JsonSchema;
  const element = declTypeOf(values, `${name}.@elem`, embedded(values));
  if (!element) return undefined;
  return {
    type: types.mapOf(types.stringType, element.type),
    // Keys are as long as a request allows; nothing says more.
    key: { type: types.stringType, minSize: MIN_CONTAINER, maxElements: plainStringSize(undefined, undefined), convert: dataToValue },
    element,
    minSize: MIN_CONTAINER,
    maxElements: mapSize(schema, element),
    convert: (data) => new DataMap(objectData(data), element.convert),
  };
}

function objectData(data: unknown): Readonly<Record<string, unknown>> {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return invalid('expected a map for the provided schema with type=object');
  return data as Readonly<Record<string, unknown>>;
}

function objectType(schema: JsonSchema, name: string): DeclType {
  const byIdentifier = new Map<string, DeclType>();
  const byName = new Map<string, DeclType>();
  let minSize = MIN_CONTAINER;
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const identifier = escapeName(key);
    const declared = declTypeOf(property, `${name}.${identifier ?? key}`, embedded(property));
    if (!declared) continue;
    if (identifier !== undefined) byIdentifier.set(identifier, declared);
    byName.set(key, declared);
    // Fields that must be there take their names, quotes, a colon and a comma; defaults are filled in by the server.
    if (schema.required?.includes(key) && property.default === undefined) minSize += key.length + declared.minSize + 4;
  }
  return {
    type: types.structType(name),
    fields: byIdentifier,
    minSize,
    maxElements: NO_ELEMENTS,
    convert: (data) => new JsonObject(objectData(data), byName),
  };
}
