import { isObject, itemsOf, type JsonObject, type JsonSchema, propertyOf, valuesOf } from './json-schema.ts';

const hasDefault = (schema: JsonSchema | undefined): boolean => schema?.default !== undefined && schema.default !== null;
const isRefusedNull = (value: unknown, schema: JsonSchema | undefined): boolean =>
  value === null && schema !== undefined && !schema.nullable;

/** Fills in the defaults of what is absent, and of nulls where null is no value. */
export function applyDefaults(value: unknown, schema: JsonSchema | undefined): void {
  if (!schema) return;
  if (Array.isArray(value)) defaultItems(value, itemsOf(schema));
  else if (isObject(value)) defaultFields(value, schema);
}

function defaultItems(items: unknown[], schema: JsonSchema | undefined): void {
  for (let at = 0; at < items.length; at++) {
    if (isRefusedNull(items[at], schema)) items[at] = copyOf(schema?.default ?? null);
    applyDefaults(items[at], schema);
  }
}

function defaultFields(value: JsonObject, schema: JsonSchema): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (hasDefault(property) && (!Object.hasOwn(value, name) || isRefusedNull(value[name], property)))
      value[name] = copyOf(property.default);
  }
  const values = valuesOf(schema);
  for (const name of Object.keys(value)) {
    const property = propertyOf(schema, name);
    if (!property && isRefusedNull(value[name], values)) value[name] = copyOf(values?.default ?? null);
    applyDefaults(value[name], property ?? values);
  }
}

function copyOf<T>(value: T): T {
  return typeof value === 'object' ? structuredClone(value) : value;
}

/** Removes fields that are null where null is no value and no default will take its place. */
export function dropRefusedNulls(value: unknown, schema: JsonSchema | undefined): void {
  if (Array.isArray(value)) for (const item of value) dropRefusedNulls(item, itemsOf(schema));
  else if (isObject(value)) {
    for (const name of Object.keys(value)) {
      const inner = propertyOf(schema, name) ?? valuesOf(schema);
      if (isRefusedNull(value[name], inner) && !hasDefault(inner)) delete value[name];
      else dropRefusedNulls(value[name], inner);
    }
  }
}
