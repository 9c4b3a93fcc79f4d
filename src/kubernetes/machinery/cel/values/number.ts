/** Arithmetic as CEL has it: int and uint of 64 bits whose overflow is an error. */

import { CelError } from './errors.ts';

export const MIN_INT = -(2n ** 63n);
export const MAX_INT = 2n ** 63n - 1n;
export const MAX_UINT = 2n ** 64n - 1n;

/** An int, or what a uint holds: a number where that is exact, a bigint beyond. */
export type Whole = number | bigint;

/** The one form of a whole number. */
export function whole(value: bigint): Whole {
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

const intOverflow = (): CelError => new CelError('integer overflow');
const uintOverflow = (): CelError => new CelError('unsigned integer overflow');

function checkedInt(value: bigint): Whole {
  if (value < MIN_INT || value > MAX_INT) throw intOverflow();
  return whole(value);
}

function checkedUint(value: bigint): Whole {
  if (value < 0n || value > MAX_UINT) throw uintOverflow();
  return whole(value);
}

export function addInts(a: Whole, b: Whole): Whole {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return checkedInt(BigInt(a) + BigInt(b));
}

export function subtractInts(a: Whole, b: Whole): Whole {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (Number.isSafeInteger(difference)) return difference;
  }
  return checkedInt(BigInt(a) - BigInt(b));
}

export function multiplyInts(a: Whole, b: Whole): Whole {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // `+ 0` makes zero of minus zero.
    if (Number.isSafeInteger(product)) return product + 0;
  }
  return checkedInt(BigInt(a) * BigInt(b));
}

export function divideInts(a: Whole, b: Whole): Whole {
  if (b === 0) throw new CelError('division by zero');
  if (typeof a === 'number' && typeof b === 'number') return Math.trunc(a / b) + 0;
  return checkedInt(BigInt(a) / BigInt(b));
}

export function remainderInts(a: Whole, b: Whole): Whole {
  if (b === 0) throw new CelError('modulus by zero');
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  if (BigInt(a) === MIN_INT && b === -1) throw intOverflow();
  return whole(BigInt(a) % BigInt(b));
}

export function negateInt(a: Whole): Whole {
  return typeof a === 'number' ? 0 - a : checkedInt(-a);
}

export const addUints = (a: Whole, b: Whole): Whole => checkedUint(BigInt(a) + BigInt(b));
export const subtractUints = (a: Whole, b: Whole): Whole => checkedUint(BigInt(a) - BigInt(b));
export const multiplyUints = (a: Whole, b: Whole): Whole => checkedUint(BigInt(a) * BigInt(b));

export function divideUints(a: Whole, b: Whole): Whole {
  if (b === 0) throw new CelError('division by zero');
  return whole(BigInt(a) / BigInt(b));
}

export function remainderUints(a: Whole, b: Whole): Whole {
  if (b === 0) throw new CelError('modulus by zero');
  return whole(BigInt(a) % BigInt(b));
}

/** Negative, zero or positive. A number and a bigint compare exactly in JavaScript. */
export function compareNumbers(a: Whole, b: Whole): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A double as an int, cut at the point; out of range is an error. */
export function doubleToInt(value: number): Whole {
  if (!(value > -(2 ** 63) && value < 2 ** 63)) throw intOverflow();
  return whole(BigInt(Math.trunc(value)));
}

export function doubleToUint(value: number): Whole {
  if (!(value >= 0 && value < 2 ** 64)) throw uintOverflow();
  return whole(BigInt(Math.trunc(value)));
}

export function intToUint(value: Whole): Whole {
  if (value < 0) throw uintOverflow();
  return value;
}

export function uintToInt(value: Whole): Whole {
  if (value > MAX_INT) throw intOverflow();
  return value;
}
