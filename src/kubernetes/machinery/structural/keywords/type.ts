import { typeInvalid } from '../../validation/faults.ts';
import type { Check } from '../check.ts';
import { formatCheck, isKnownFormat } from '../formats.ts';
import { isObject, type JsonSchema } from '../json-schema.ts';
import type { Outcome } from '../outcome.ts';

/** What JSON calls the kind of a value. */
export function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'bigint') return 'integer';
  return typeof value;
}

/** How messages name the format of a value that has none of its own. */
const FORMAT_OF: Readonly<Record<string, string>> = { integer: 'int64', number: 'float64' };

/** The types a schema allows; none for any. */
export function typesOf(schema: JsonSchema): readonly string[] {
  if (schema['x-kubernetes-int-or-string']) return ['integer', 'string'];
  return schema.type ? [schema.type] : [];
}

/** The format where it means something for the schema's type. */
export function formatOf(schema: JsonSchema): string {
  const types = typesOf(schema);
  const { format = '' } = schema;
  return format !== '' && isKnownFormat(format, types.length === 1 ? types[0] : '') && types.length < 2 ? format : '';
}

function mustBe(path: string, wanted: string, found: string): ReturnType<typeof typeInvalid> {
  return typeInvalid(path, found, `${path} in body must be of type ${wanted}: "${found}"`);
}

/** `type` and `nullable`; undefined where anything goes. */
export function typeCheck(schema: JsonSchema): Check | undefined {
  const types = typesOf(schema);
  const format = formatOf(schema);
  if (types.length === 0 && format === '') return undefined;
  const numeric = types.includes('number') || types.includes('integer');
  const wanted = types.join(',');
  const accepts = (name: string) => types.includes(name) || (name === 'integer' && types.includes('number'));

  return (value, path, into) => {
    if (value === null) {
      if (types.length > 0 && !schema.nullable) into.add(mustBe(path, wanted, 'null'));
      else into.matches++;
      return;
    }
    const name = typeName(value);
    const textual = typeof value === 'string' || Array.isArray(value);
    if (!textual && format !== '' && !accepts(name)) into.add(mustBe(path, format, FORMAT_OF[name] ?? ''));
    else if (!(textual && format !== '' && !numeric) && !accepts(name)) into.add(mustBe(path, wanted, name));
    else into.matches++;
  };
}

/** `format` of strings. */
export function stringFormatCheck(schema: JsonSchema): Check | undefined {
  const format = formatOf(schema);
  const isValid = format === '' ? undefined : formatCheck(format);
  if (!isValid) return undefined;
  return (value, path, into) => {
    if (typeof value !== 'string') return;
    into.matches++;
    if (!isValid(value)) addFormatFault(value, path, format, into);
  };
}

function addFormatFault(value: string, path: string, format: string, into: Outcome): void {
  into.add(typeInvalid(path, value, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`));
}
