import { type CompiledPattern, compilePattern } from '../../cel/regex/pattern.ts';
import type { FieldError } from '../../field-error.ts';
import { invalidValue, tooLong } from '../../validation/faults.ts';
import type { Check } from '../check.ts';
import type { JsonSchema } from '../json-schema.ts';

/** `maxLength`, `minLength`, `pattern`; the first that fails is what is said. */
export function stringCheck(schema: JsonSchema): Check {
  const { maxLength, minLength, pattern } = schema;
  let compiled: CompiledPattern | undefined;
  const faultOf = (value: string, path: string): FieldError | undefined => {
    if (maxLength !== undefined && value.length > maxLength && lengthOf(value) > maxLength) return tooLong(path, maxLength);
    if (minLength !== undefined && lengthOf(value) < minLength) {
      return invalidValue(path, value, `${path} in body should be at least ${minLength} chars long`);
    }
    if (!pattern) return undefined;
    compiled ??= compilePattern(pattern);
    return compiled.test(value) ? undefined : invalidValue(path, value, `${path} in body should match '${pattern}'`);
  };
  return (value, path, into) => {
    if (typeof value !== 'string') return;
    into.matches++;
    const fault = faultOf(value, path);
    if (fault) into.add(fault);
  };
}

/** Characters, not UTF-16 units. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}
