/** `<`, `<=`, `>` and `>=`, also between numbers of different types. */

import { defineFunction, type FunctionDeclaration, type Overload, overload } from '../../types/declarations.ts';
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  intType,
  stringType,
  timestampType,
  uintType,
} from '../../types/type.ts';
import { compareNumeric } from '../../values/equal.ts';
import { compareNumbers } from '../../values/number.ts';
import { compareBytes, compareText } from '../../values/text.ts';
import { type CelDuration, compareTimestamps } from '../../values/time.ts';
import type { CelValue } from '../../values/value.ts';

/** Negative, zero or positive; NaN when there is no order. */
type Compare = (a: never, b: never) => number;

const numbers: Compare = compareNumeric;

interface Comparable {
  /** How the overload's id ends. */
  readonly suffix: string;
  readonly types: readonly [CelType, CelType];
  readonly compare: Compare;
}

const same = (suffix: string, type: CelType, compare: Compare): Comparable => ({ suffix, types: [type, type], compare });
const mixed = (suffix: string, a: CelType, b: CelType): Comparable => ({ suffix, types: [a, b], compare: numbers });

const COMPARABLE: readonly Comparable[] = [
  same('bool', boolType, (a: boolean, b: boolean) => Number(a) - Number(b)),
  same('int64', intType, compareNumbers),
  mixed('int64_double', intType, doubleType),
  mixed('int64_uint64', intType, uintType),
  same('uint64', uintType, numbers),
  mixed('uint64_double', uintType, doubleType),
  mixed('uint64_int64', uintType, intType),
  same('double', doubleType, numbers),
  mixed('double_int64', doubleType, intType),
  mixed('double_uint64', doubleType, uintType),
  same('string', stringType, compareText),
  same('bytes', bytesType, compareBytes),
  same('timestamp', timestampType, compareTimestamps),
  same('duration', durationType, (a: CelDuration, b: CelDuration) => (a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0)),
];

function comparison(name: string, prefix: string, holds: (order: number) => boolean): FunctionDeclaration {
  const overloads = COMPARABLE.map(({ suffix, types, compare }): Overload => {
    return overload(`${prefix}_${suffix}`, types, boolType, (a: never, b: never) => holds(compare(a, b)));
  });
  return defineFunction(name, ...overloads);
}

export const comparisons: readonly FunctionDeclaration[] = [
  comparison('_<_', 'less', (order) => order < 0),
  comparison('_<=_', 'less_equals', (order) => order <= 0),
  comparison('_>_', 'greater', (order) => order > 0),
  comparison('_>=_', 'greater_equals', (order) => order >= 0),
];

const BY_TYPE: ReadonlyMap<string, Compare> = new Map(
  COMPARABLE.filter(({ types: [a, b] }) => a === b).map(({ types, compare }) => [types[0].name, compare]),
);

/** The order of values of a type; undefined when it has none. */
export function orderOf(type: CelType): ((a: CelValue, b: CelValue) => number) | undefined {
  return BY_TYPE.get(type.name) as ((a: CelValue, b: CelValue) => number) | undefined;
}
