/** What does not evaluate all of its operands, or goes on when one of them fails. */

import { type CelError, noSuchOverload } from '../values/errors.ts';
import { CelOptional, type CelValue } from '../values/value.ts';
import { type Frame, recoverable, type Step } from './frame.ts';

/** `a && b` (`decisive` false) and `a || b` (true): one operand may decide even when the other fails. */
export function shortCircuit(left: Step, right: Step, decisive: boolean): Step {
  return (frame) => {
    let first: CelValue;
    try {
      first = left(frame);
    } catch (error) {
      return decideAfter(recoverable(error), right, frame, decisive);
    }
    if (first === decisive) return decisive;
    if (first !== !decisive) return decideAfter(noSuchOverload(), right, frame, decisive);
    const second = right(frame);
    if (typeof second !== 'boolean') throw noSuchOverload();
    return second;
  };
}

function decideAfter(failure: CelError, right: Step, frame: Frame, decisive: boolean): boolean {
  let second: CelValue;
  try {
    second = right(frame);
  } catch (error) {
    recoverable(error);
    throw failure;
  }
  if (second === decisive) return decisive;
  throw failure;
}

export function conditional(test: Step, yes: Step, no: Step): Step {
  return (frame) => {
    const chosen = test(frame);
    if (typeof chosen !== 'boolean') throw noSuchOverload();
    return chosen ? yes(frame) : no(frame);
  };
}

/** True for anything but false: a loop goes on after an error, for a later element may still decide. */
export function notStrictlyFalse(operand: Step): Step {
  return (frame) => {
    try {
      const value = operand(frame);
      frame.charge(1);
      return value !== false;
    } catch (error) {
      recoverable(error);
      frame.charge(1);
      return true;
    }
  };
}

/** `a.or(b)` and `a.orValue(b)`: `b` is not evaluated when `a` has a value. */
export function optionalOr(target: Step, other: Step, unwrap: boolean): Step {
  return (frame) => {
    const optional = target(frame);
    if (!(optional instanceof CelOptional)) throw noSuchOverload();
    if (optional.value !== undefined) return unwrap ? optional.value : optional;
    const fallback = other(frame);
    if (!unwrap && !(fallback instanceof CelOptional)) throw noSuchOverload();
    return fallback;
  };
}
