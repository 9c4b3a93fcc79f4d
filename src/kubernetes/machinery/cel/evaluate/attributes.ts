/** Variables, and what is selected or indexed from them: what upstream calls attributes. Each part costs 1. */

import { CelError, noSuchKey } from '../values/errors.ts';
import { CelMap, CelObject, type CelValue } from '../values/value.ts';
import * as access from './access.ts';
import type { Step } from './frame.ts';
import type { Planned } from './planned.ts';

/** A key that is an attribute itself is read without its own cost, as upstream does. */
const keyStep = ({ run, uncounted }: Planned): Step => uncounted ?? run;

/** Adds the cost of a variable. */
function counted(uncounted: Step): Planned {
  const run: Step = (frame) => {
    frame.charge(1);
    return uncounted(frame);
  };
  return { run, uncounted };
}

/** A variable of the environment, kept at a place once it is a value. */
export function globalVariable(name: string, place: number, convert: (data: unknown) => CelValue): Planned {
  return counted((frame) => {
    const known = frame.globals[place];
    if (known !== undefined) return known;
    const data = frame.binding(name);
    if (data === undefined) throw new CelError(`no such attribute(s): ${name}`);
    const value = convert(data);
    frame.globals[place] = value;
    return value;
  });
}

/** A variable of a macro, which holds the error that its making ended with, if it did. */
export function localVariable(place: number): Planned {
  return counted((frame) => {
    const value = frame.locals[place];
    if (value instanceof CelError) throw value;
    return value as CelValue;
  });
}

export const lazyVariable = (read: Step): Planned => counted(read);

/** Selecting from something that is no attribute makes it one, at the cost of one. */
function asAttribute(operand: Planned): { run: Step; uncounted: Step } {
  if (operand.uncounted) return { run: operand.run, uncounted: operand.uncounted };
  return {
    uncounted: operand.run,
    run: (frame) => {
      const value = operand.run(frame);
      frame.charge(1);
      return value;
    },
  };
}

function qualified(operand: Planned, qualify: (operand: Step) => Step): Planned {
  const { run, uncounted } = asAttribute(operand);
  return { run: qualify(run), uncounted: qualify(uncounted) };
}

export function select(operand: Planned, field: string): Planned {
  return qualified(operand, (run) => (frame) => {
    const value = run(frame);
    frame.charge(1);
    if (value instanceof CelObject || value instanceof CelMap) {
      const found = value.field(field);
      if (found === undefined) throw noSuchKey(field);
      return found;
    }
    return access.select(value, field);
  });
}

export function index(operand: Planned, key: Planned): Planned {
  const at = keyStep(key);
  return qualified(operand, (run) => (frame) => {
    const value = run(frame);
    const place = at(frame);
    frame.charge(1);
    return access.index(value, place);
  });
}

export function optionalSelect(operand: Planned, field: string): Planned {
  return qualified(operand, (run) => (frame) => {
    const value = run(frame);
    frame.charge(1);
    return access.optionalSelect(value, field);
  });
}

export function optionalIndex(operand: Planned, key: Planned): Planned {
  const at = keyStep(key);
  return qualified(operand, (run) => (frame) => {
    const value = run(frame);
    const place = at(frame);
    frame.charge(1);
    return access.optionalIndex(value, place);
  });
}

/** `has(operand.field)` */
export function presence(operand: Planned, field: string, cost: number): Planned {
  const { run } = asAttribute(operand);
  return {
    run: (frame) => {
      const value = run(frame);
      frame.charge(cost);
      return access.hasField(value, field);
    },
  };
}
