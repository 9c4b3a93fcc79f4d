/** Calls of functions: the overload is chosen before the evaluation where types allow, else by the arguments. */

import type { CallCost } from '../cost/runtime.ts';
import type { Overload } from '../types/declarations.ts';
import { type CelType, isDynamic, type TypeKind } from '../types/type.ts';
import { CelError, noSuchOverload } from '../values/errors.ts';
import { conforms, typeOf } from '../values/type-of.ts';
import type { CelValue } from '../values/value.ts';
import type { Step } from './frame.ts';
import { type Binary, binary, type Unary, unary } from './operands.ts';

type Run = (...args: CelValue[]) => CelValue;

/** A call of a function whose arguments are known to fit, but for nulls in data that its schema allows. */
export function directCall(name: string, overload: Overload, args: readonly Step[], cost: CallCost): Step {
  const run = overload.run as unknown as Run;
  const strict = overload.args.every((type) => !acceptsNull(type));
  return callStep(strict ? notNull(name, run) : run, args, cost);
}

const acceptsNull = (type: CelType): boolean => type.nullable || isDynamic(type) || type.kind === 'parameter' || type.kind === 'null';

function notNull(name: string, run: Run): Run {
  return (...values) => (values.includes(null) ? noOverload(name, values) : run(...values));
}

/** A call that chooses among overloads by the values it gets. */
export function dispatchedCall(name: string, overloads: readonly Overload[], args: readonly Step[], cost: CallCost): Step {
  const candidates = overloads.filter((overload) => overload.args.length === args.length);
  return callStep((...values) => choose(name, candidates, values)(...values), args, cost);
}

function choose(name: string, candidates: readonly Overload[], values: readonly CelValue[]): Run {
  const overload = candidates.find(({ args }) => args.every((type, i) => conforms(values[i]!, type)));
  return overload ? (overload.run as unknown as Run) : noOverload(name, values);
}

const NUMBERS: readonly TypeKind[] = ['int', 'uint', 'double'];
const COMPARABLE: readonly TypeKind[] = [...NUMBERS, 'string', 'bytes', 'bool', 'timestamp', 'duration'];

/** Functions that upstream leaves to their first operand, which tells less of what it cannot do; and the types that know them. */
const LEFT_TO_OPERAND: Readonly<Record<string, readonly TypeKind[]>> = {
  '_+_': [...NUMBERS, 'string', 'bytes', 'list', 'timestamp', 'duration'],
  '_-_': [...NUMBERS, 'timestamp', 'duration'],
  '_*_': NUMBERS,
  '_/_': NUMBERS,
  '_%_': ['int', 'uint'],
  ...Object.fromEntries(['_<_', '_<=_', '_>_', '_>=_'].map((name) => [name, COMPARABLE])),
  '-_': ['int', 'double', 'bool', 'duration'],
  size: ['string', 'bytes', 'list', 'map'],
  matches: ['string'],
};

export function noOverload(name: string, values: readonly CelValue[]): never {
  const [left] = values;
  if (left !== undefined && LEFT_TO_OPERAND[name]?.includes(typeOf(left).kind)) throw noSuchOverload();
  if (Object.hasOwn(LEFT_TO_OPERAND, name)) throw new CelError(`no such overload: ${name}`);
  throw new CelError(`no such overload: ${name}(${values.map((value) => typeOf(value).name).join(', ')})`);
}

function callStep(run: Run, args: readonly Step[], cost: CallCost): Step {
  const costOf = typeof cost === 'number' ? (): number => cost : cost;
  const [a, b] = args;
  if (a && args.length === 1) return unary(a, applyUnary(run, cost), (value) => costOf([value], null));
  if (a && b && args.length === 2) return binary(a, b, applyBinary(run, cost), (left, right) => costOf([left, right], null));
  return (frame) => {
    const values = args.map((arg) => arg(frame));
    const result = run(...values);
    frame.charge(costOf(values, result));
    return result;
  };
}

function applyUnary(run: Run, cost: CallCost): Unary {
  if (typeof cost === 'number') {
    return (frame, value) => {
      frame.charge(cost);
      return run(value);
    };
  }
  return (frame, value) => {
    const result = run(value);
    frame.charge(cost([value], result));
    return result;
  };
}

function applyBinary(run: Run, cost: CallCost): Binary {
  if (typeof cost === 'number') {
    return (frame, left, right) => {
      frame.charge(cost);
      return run(left, right);
    };
  }
  return (frame, left, right) => {
    const result = run(left, right);
    frame.charge(cost([left, right], result));
    return result;
  };
}
