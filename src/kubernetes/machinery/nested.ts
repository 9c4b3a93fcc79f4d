import { isObject } from './structural/json-schema.ts';

/** A field that is there, but is not what it should be; the message is Go's. */
export class FieldTypeError extends Error {
  override readonly name = 'FieldTypeError';
}

/** The whole number at a path; undefined where there is nothing. */
export function integerAt(object: unknown, path: readonly string[]): number | undefined {
  const value = valueAt(object, path);
  if (value === undefined) return undefined;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(path, value, 'int64');
  return value;
}

/** The text at a path. */
export function stringAt(object: unknown, path: readonly string[]): string | undefined {
  const value = valueAt(object, path);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw wrongType(path, value, 'string');
  return value;
}

/** Whatever is at a path of field names. */
export function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const [depth, name] of path.entries()) {
    if (value === undefined || value === null) return undefined;
    if (!isObject(value)) throw wrongType(path.slice(0, depth), value, 'map[string]interface {}');
    value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

/** A copy of an object with another value at a path; what is not on the way is shared. */
export function withValueAt<T extends object>(object: T, [name = '', ...rest]: readonly string[], value: unknown): T {
  if (rest.length === 0) return { ...object, [name]: value };
  const inner = (object as Record<string, unknown>)[name];
  if (inner !== undefined && !isObject(inner)) throw wrongType([name], inner, 'map[string]interface {}');
  return { ...object, [name]: withValueAt(inner ?? {}, rest, value) };
}

function wrongType(path: readonly string[], value: unknown, expected: string): FieldTypeError {
  return new FieldTypeError(`.${path.join('.')} accessor error: ${shown(value)} is of the type ${goType(value)}, expected ${expected}`);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(shown).join(' ')}]`;
  if (!isObject(value)) return String(value);
  return `map[${Object.keys(value)
    .sort()
    .map((key) => `${key}:${shown(value[key])}`)
    .join(' ')}]`;
}

function goType(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int64';
  return typeof value === 'number' ? (Number.isInteger(value) ? 'int64' : 'float64') : 'string';
}
