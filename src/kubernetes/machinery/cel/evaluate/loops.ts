/** Comprehensions: loops over lists and maps, and the names that `cel.bind` gives. */

import { CelError } from '../values/errors.ts';
import { typeOf } from '../values/type-of.ts';
import { CelList, CelMap, type CelValue, GrowingList } from '../values/value.ts';
import { type Frame, recoverable, type Step } from './frame.ts';

export interface Loop {
  readonly range: Step;
  readonly init: Step;
  readonly condition: Step;
  readonly step: Step;
  readonly result: Step;
  /** Places of the variables. */
  readonly accumulator: number;
  readonly variable: number;
  readonly variable2: number | undefined;
}

/** A loop that folds a range into an accumulator. */
export function loop(plan: Loop): Step {
  const { accumulator, result } = plan;
  return (frame) => {
    const range = plan.range(frame);
    frame.locals[accumulator] = attempt(plan.init, frame);
    if (range instanceof CelList) overList(plan, range, frame);
    else if (range instanceof CelMap) overMap(plan, range, frame);
    else throw new CelError(`got '${typeOf(range).name}', expected iterable type`);
    const value = result(frame);
    return value instanceof GrowingList ? value.finished() : value;
  };
}

function overList(plan: Loop, list: CelList, frame: Frame): void {
  const { variable, variable2 } = plan;
  const { locals } = frame;
  for (let i = 0; i < list.size; i++) {
    if (variable2 === undefined) {
      locals[variable] = attemptAt(list, i);
    } else {
      locals[variable] = i;
      locals[variable2] = attemptAt(list, i);
    }
    if (!goOn(plan, frame)) return;
  }
}

function overMap(plan: Loop, map: CelMap, frame: Frame): void {
  const { variable, variable2 } = plan;
  const { locals } = frame;
  for (const key of map.keys()) {
    locals[variable] = key;
    if (variable2 !== undefined) locals[variable2] = attempt(() => map.get(key) ?? null, frame);
    if (!goOn(plan, frame)) return;
  }
}

/** One iteration; false when the loop is over. */
function goOn({ condition, step, accumulator }: Loop, frame: Frame): boolean {
  if (attempt(condition, frame) === false) return false;
  frame.locals[accumulator] = attempt(step, frame);
  frame.checkInterrupt();
  return true;
}

/** The value of a step, or the error that it ended with. */
function attempt(step: Step, frame: Frame): CelValue | CelError {
  try {
    return step(frame);
  } catch (error) {
    return recoverable(error);
  }
}

function attemptAt(list: CelList, index: number): CelValue | CelError {
  try {
    return list.at(index);
  } catch (error) {
    return recoverable(error);
  }
}

/** The scope of a name: whatever it stood for in an earlier iteration of a loop around is forgotten. */
export function binding(result: Step, place: number): Step {
  return (frame) => {
    frame.locals[place] = undefined;
    return result(frame);
  };
}

/** Reads a bound name, making its value at the first use. */
export function boundName(init: Step, place: number): Step {
  return (frame) => {
    let value = frame.locals[place];
    if (value === undefined) {
      value = attempt(init, frame);
      frame.locals[place] = value;
    }
    if (value instanceof CelError) throw value;
    return value;
  };
}
