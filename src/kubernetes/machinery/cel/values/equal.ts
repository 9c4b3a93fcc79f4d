import { CelType } from '../types/type.ts';
import { compareNumbers } from './number.ts';
import { compareBytes } from './text.ts';
import { CelDuration, CelTimestamp, compareTimestamps } from './time.ts';
import { CelDouble, CelList, CelMap, CelObject, CelOptional, CelUint, type CelValue } from './value.ts';

/** CEL's `==`: numbers compare across their types, values of different types are unequal, never an error. */
export function equal(a: CelValue, b: CelValue): boolean {
  if (a === b) return true;
  if (typeof a === 'string' || typeof a === 'boolean' || a === null) return false;
  if (numeric(a) !== undefined) return numeric(b) !== undefined && compareNumeric(a, b) === 0;
  if (a instanceof CelList) return b instanceof CelList && equalLists(a, b);
  if (a instanceof CelMap) return b instanceof CelMap && equalMaps(a, b);
  return equalOthers(a, b);
}

function equalOthers(a: CelValue, b: CelValue): boolean {
  if (a instanceof CelObject) return a.equals(b);
  if (a instanceof Uint8Array) return b instanceof Uint8Array && compareBytes(a, b) === 0;
  if (a instanceof CelTimestamp) return b instanceof CelTimestamp && compareTimestamps(a, b) === 0;
  if (a instanceof CelDuration) return b instanceof CelDuration && a.nanos === b.nanos;
  if (a instanceof CelType) return b instanceof CelType && a.name === b.name;
  if (a instanceof CelOptional) {
    if (!(b instanceof CelOptional)) return false;
    return a.value === undefined || b.value === undefined ? a.value === b.value : equal(a.value, b.value);
  }
  return false;
}

/** The number in a value of any numeric type; undefined for others. */
export function numeric(value: CelValue): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return value instanceof CelDouble || value instanceof CelUint ? value.value : undefined;
}

/**
 * Negative, zero or positive for two numbers of whatever types; NaN when one of them is none. Against a double, an int
 * counts as the double nearest to it.
 */
export function compareNumeric(a: CelValue, b: CelValue): number {
  const [x, y] = [numeric(a)!, numeric(b)!];
  if (!(a instanceof CelDouble || b instanceof CelDouble)) return compareNumbers(x, y);
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  return compareNumbers(Number(x), Number(y));
}

function equalLists(a: CelList, b: CelList): boolean {
  const own = a.equals(b);
  if (own !== undefined) return own;
  if (a.size !== b.size) return false;
  for (let i = 0; i < a.size; i++) if (!equal(a.at(i), b.at(i))) return false;
  return true;
}

function equalMaps(a: CelMap, b: CelMap): boolean {
  const own = a.equals(b);
  if (own !== undefined) return own;
  if (a.size !== b.size) return false;
  for (const key of a.keys()) {
    const [left, right] = [a.get(key), b.get(key)];
    if (left === undefined || right === undefined || !equal(left, right)) return false;
  }
  return true;
}

/** Whether a list holds a value. */
export function contains(list: CelList, value: CelValue): boolean {
  for (let i = 0; i < list.size; i++) if (equal(list.at(i), value)) return true;
  return false;
}
