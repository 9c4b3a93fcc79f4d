import { sameJson } from '../../patch/same-json.ts';
import { invalidValue, tooMany } from '../../validation/faults.ts';
import type { Check } from '../check.ts';
import type { JsonSchema } from '../json-schema.ts';

/** `items`, `minItems`, `maxItems`, `uniqueItems`. */
export function listCheck(schema: JsonSchema, items: Check | undefined): Check {
  const { minItems, maxItems, uniqueItems } = schema;
  return (value, path, into, before) => {
    if (!Array.isArray(value)) return;
    if (items) for (let at = 0; at < value.length; at++) items(value[at], `${path}[${at}]`, into, before?.index(at));
    if (minItems !== undefined && value.length < minItems) {
      into.add(invalidValue(path, value.length, `${path} in body should have at least ${minItems} items`));
    }
    if (maxItems !== undefined && value.length > maxItems) into.add(tooMany(path, value.length, maxItems));
    if (uniqueItems && hasRepeated(value)) into.add(invalidValue(path, '', `${path} in body shouldn't contain duplicates`));
    into.matches += 2;
  };
}

function hasRepeated(items: readonly unknown[]): boolean {
  return items.some((item, at) => items.slice(0, at).some((earlier) => sameJson(earlier, item)));
}
