/**
 * Calls with one or two operands. All operands are evaluated and the call is charged for even when one of them fails:
 * that is how upstream counts, and rules that go on after errors are charged alike.
 */

import type { CelValue } from '../values/value.ts';
import { type Frame, recoverable, type Step } from './frame.ts';

/** Does the work of a call, its charge included. */
export type Unary = (frame: Frame, operand: CelValue) => CelValue;
export type Binary = (frame: Frame, left: CelValue, right: CelValue) => CelValue;

/** What a call is charged when an operand failed: such an operand has the size of one. */
export type FailureCost = (left: CelValue, right: CelValue) => number;

export function unary(operand: Step, apply: Unary, failureCost: FailureCost): Step {
  return (frame) => {
    let value: CelValue;
    try {
      value = operand(frame);
    } catch (error) {
      return failed(frame, error, failureCost(null, null));
    }
    return apply(frame, value);
  };
}

export function binary(left: Step, right: Step, apply: Binary, failureCost: FailureCost): Step {
  return (frame) => {
    let first: CelValue;
    try {
      first = left(frame);
    } catch (error) {
      return failed(frame, error, failureCost(null, settled(right, frame)));
    }
    let second: CelValue;
    try {
      second = right(frame);
    } catch (error) {
      return failed(frame, error, failureCost(first, null));
    }
    return apply(frame, first, second);
  };
}

/** The value of an operand whose failure does not matter any more. */
function settled(step: Step, frame: Frame): CelValue {
  try {
    return step(frame);
  } catch (error) {
    recoverable(error);
    return null;
  }
}

function failed(frame: Frame, error: unknown, cost: number): never {
  const failure = recoverable(error);
  frame.charge(cost);
  throw failure;
}
