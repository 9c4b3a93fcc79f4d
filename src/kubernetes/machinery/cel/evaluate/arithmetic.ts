/** Shortcuts for what rules do most: comparing and adding ints, comparing strings. Their cost is that of the call. */

import { equal } from '../values/equal.ts';
import { addInts, subtractInts, type Whole } from '../values/number.ts';
import { textLength } from '../values/text.ts';
import type { CelValue } from '../values/value.ts';
import { noOverload } from './calls.ts';
import type { Step } from './frame.ts';
import { binary } from './operands.ts';

type Operator = (left: Step, right: Step, name: string) => Step;

const isInt = (value: CelValue): value is Whole => typeof value === 'number' || typeof value === 'bigint';

const atOne = (): number => 1;

function ints(run: (a: Whole, b: Whole) => Whole | boolean): Operator {
  return (left, right, name) =>
    binary(
      left,
      right,
      (frame, a, b) => {
        frame.charge(1);
        return isInt(a) && isInt(b) ? run(a, b) : noOverload(name, [a, b]);
      },
      atOne,
    );
}

/** Equality is defined for whatever the data really holds. */
function intEquality(wanted: boolean): Operator {
  return (left, right) =>
    binary(
      left,
      right,
      (frame, a, b) => {
        frame.charge(1);
        return (a === b) === wanted;
      },
      atOne,
    );
}

/** A tenth of the shorter string: what upstream counts for a comparison. */
function stringEquality(wanted: boolean): Operator {
  return (left, right) =>
    binary(
      left,
      right,
      (frame, a, b) => {
        frame.charge(typeof a === 'string' && typeof b === 'string' ? Math.ceil(Math.min(textLength(a), textLength(b)) * 0.1) : 1);
        return equal(a, b) === wanted;
      },
      atOne,
    );
}

const SHORTCUTS: ReadonlyMap<string, Operator> = new Map([
  ['less_int64', ints((a, b) => a < b)],
  ['less_equals_int64', ints((a, b) => a <= b)],
  ['greater_int64', ints((a, b) => a > b)],
  ['greater_equals_int64', ints((a, b) => a >= b)],
  ['add_int64', ints(addInts)],
  ['subtract_int64', ints(subtractInts)],
  ['equals int', intEquality(true)],
  ['not_equals int', intEquality(false)],
  ['equals string', stringEquality(true)],
  ['not_equals string', stringEquality(false)],
]);

/** The shortcut for an overload, where there is one; equality is told apart by the type of its operands. */
export function shortcut(overload: string, operandType: string): Operator | undefined {
  return SHORTCUTS.get(overload) ?? SHORTCUTS.get(`${overload} ${operandType}`);
}
