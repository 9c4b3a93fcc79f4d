import { invalidValue, required as requiredFault, tooMany } from '../../validation/faults.ts';
import type { Check } from '../check.ts';
import type { Correlation } from '../correlation.ts';
import { isObject, type JsonObject, type JsonSchema } from '../json-schema.ts';
import type { Outcome } from '../outcome.ts';

/** The checks of what is inside an object. */
export interface ObjectParts {
  readonly properties: ReadonlyMap<string, Check>;
  readonly values: Check | undefined;
}

/** `minProperties`, `maxProperties`, `additionalProperties`, `properties`, `required`. */
export function objectCheck(schema: JsonSchema, { properties, values }: ObjectParts): Check {
  const { minProperties, maxProperties, required = [], additionalProperties } = schema;
  return (value, path, into, before) => {
    if (!isObject(value)) return;
    into.matches++;
    const count = minProperties === undefined && maxProperties === undefined ? 0 : Object.keys(value).length;
    if (minProperties !== undefined && count < minProperties) {
      into.add(invalidValue(path, count, `${path} in body should have at least ${minProperties} properties`));
    }
    if (maxProperties !== undefined && count > maxProperties) into.add(tooMany(path, count, maxProperties));
    if (additionalProperties === false) refuseOthers(value, path, properties, into);
    else if (values) checkOthers(value, path, properties, values, into, before);
    for (const [name, check] of properties) {
      if (Object.hasOwn(value, name)) check(value[name], path === '' ? name : `${path}.${name}`, into, keyOf(before, path, name));
    }
    for (const name of required) if (!Object.hasOwn(value, name)) into.add(requiredFault(path === '' ? name : `${path}.${name}`));
  };
}

/** What an object says it is never changed: both its versions are shown as the same kind. */
function keyOf(before: Correlation | undefined, path: string, name: string): Correlation | undefined {
  return path === '' && (name === 'kind' || name === 'apiVersion') ? undefined : before?.key(name);
}

function refuseOthers(value: JsonObject, path: string, properties: ReadonlyMap<string, Check>, into: Outcome): void {
  for (const name of Object.keys(value)) {
    if (!properties.has(name)) into.add(invalidValue(path, name, `${path}.${name} in body is a forbidden property`));
  }
}

function checkOthers(
  value: JsonObject,
  path: string,
  properties: ReadonlyMap<string, Check>,
  check: Check,
  into: Outcome,
  before: Correlation | undefined,
): void {
  for (const name of Object.keys(value)) {
    if (!properties.has(name)) check(value[name], `${path}.${name}`, into, keyOf(before, path, name));
  }
}
