/** cel-go's mathematical extensions: `math.greatest`, `math.ceil`, bit operations and so on. Not part of Kubernetes. */

import type { Expr } from '../syntax/ast.ts';
import { type Macro, MacroError } from '../syntax/macros.ts';
import { defineFunction, type FunctionDeclaration, type Library, type Overload, overload } from '../types/declarations.ts';
import { boolType, type CelType, doubleType, dynType, intType, listOf, uintType } from '../types/type.ts';
import { numeric } from '../values/equal.ts';
import { CelError } from '../values/errors.ts';
import { MAX_UINT, MIN_INT, negateInt, type Whole, whole } from '../values/number.ts';
import { CelDouble, type CelList, CelUint, type CelValue } from '../values/value.ts';

const NUMERIC: readonly CelType[] = [intType, uintType, doubleType];

/** The macros take any number of arguments; the functions one, two or a list. */
function extreme(name: 'greatest' | 'least', count: number): Macro {
  return {
    name,
    method: true,
    arguments: count,
    expand({ nodes, offset, target, args }) {
      if (target.kind !== 'ident' || target.name !== 'math') return undefined;
      const full = `math.${name}()`;
      if (count === 0) throw new MacroError(target, `${full} requires at least one argument`);
      const bad = args.find((arg) => !mayBeNumber(arg));
      if (count === 1 && isListArgument(args[0]!)) return nodes.call(offset, `math.@${name === 'greatest' ? 'max' : 'min'}`, args[0]!);
      if (bad)
        throw new MacroError(bad, `${full} ${count === 1 ? 'invalid single argument value' : 'simple literal arguments must be numeric'}`);
      const call = `math.@${name === 'greatest' ? 'max' : 'min'}`;
      return count <= 2 ? nodes.call(offset, call, ...args) : nodes.call(offset, call, nodes.list(offset, args));
    },
  };
}

function mayBeNumber(expr: Expr): boolean {
  if (expr.kind === 'literal') return numeric(expr.value) !== undefined;
  return expr.kind !== 'list' && expr.kind !== 'map' && expr.kind !== 'struct';
}

const isListArgument = (expr: Expr): boolean => expr.kind === 'list' && expr.elements.length > 0 && expr.elements.every(mayBeNumber);

function pick(better: (a: number | bigint, b: number | bigint) => boolean, name: string): (...args: CelValue[]) => CelValue {
  const best = (values: readonly CelValue[]): CelValue => {
    if (values.length === 0) throw new CelError(`math.@${name}(list) argument must not be empty`);
    return values.reduce((chosen, value) => {
      const [a, b] = [numeric(value), numeric(chosen)];
      if (a === undefined || b === undefined) throw new CelError('no such overload');
      return better(a, b) ? value : chosen;
    });
  };
  return (first, second) =>
    second !== undefined ? best([first!, second]) : numeric(first!) === undefined ? best([...(first as CelList)]) : first!;
}

function extremeFunction(name: 'min' | 'max', better: (a: number | bigint, b: number | bigint) => boolean): FunctionDeclaration {
  const run = pick(better, name);
  const unary = NUMERIC.map((type) => overload(`math_@${name}_${type.name}`, [type], type, run));
  const binary = NUMERIC.flatMap((a) =>
    NUMERIC.map((b) => overload(`math_@${name}_${a.name}_${b.name}`, [a, b], a === b ? a : dynType, run)),
  );
  const lists = NUMERIC.map((type) => overload(`math_@${name}_list_${type.name}`, [listOf(type)], type, run));
  return defineFunction(`math.@${name}`, ...unary, ...binary, ...lists);
}

const ofDouble = (name: string, run: (value: number) => number): FunctionDeclaration =>
  defineFunction(
    `math.${name}`,
    overload(`math_${name}_double`, [doubleType], doubleType, (value: CelDouble) => new CelDouble(run(value.value))),
  );
const isDouble = (name: string, run: (value: number) => boolean): FunctionDeclaration =>
  defineFunction(
    `math.${name}`,
    overload(`math_${name}_double`, [doubleType], boolType, (value: CelDouble) => run(value.value)),
  );

/** Halves away from zero. */
const round = (value: number): number => Math.sign(value) * Math.floor(Math.abs(value) + 0.5);

function bits(name: string, run: (a: bigint, b: bigint) => bigint): FunctionDeclaration {
  return defineFunction(
    `math.${name}`,
    overload(`math_${name}_int_int`, [intType, intType], intType, (a: Whole, b: Whole) => whole(run(BigInt(a), BigInt(b)))),
    overload(
      `math_${name}_uint_uint`,
      [uintType, uintType],
      uintType,
      (a: CelUint, b: CelUint) => new CelUint(whole(run(BigInt(a.value), BigInt(b.value)))),
    ),
  );
}

function shift(name: string, run: (value: bigint, by: bigint) => bigint): FunctionDeclaration {
  const by = (count: Whole): bigint => {
    if (count < 0) throw new CelError(`math.${name}() negative offset: ${count}`);
    return BigInt(count);
  };
  const shifted = (value: bigint, count: Whole): bigint => (by(count) > 63n ? 0n : run(BigInt.asUintN(64, value), by(count)));
  return defineFunction(
    `math.${name}`,
    overload(`math_${name}_int_int`, [intType, intType], intType, (a: Whole, b: Whole) => whole(BigInt.asIntN(64, shifted(BigInt(a), b)))),
    overload(
      `math_${name}_uint_int`,
      [uintType, intType],
      uintType,
      (a: CelUint, b: Whole) => new CelUint(whole(BigInt.asUintN(64, shifted(BigInt(a.value), b)))),
    ),
  );
}

const abs: Overload[] = [
  overload('math_abs_double', [doubleType], doubleType, (value: CelDouble) => new CelDouble(Math.abs(value.value))),
  overload('math_abs_int', [intType], intType, (value: Whole) => {
    if (BigInt(value) === MIN_INT) throw new CelError('integer overflow');
    return value < 0 ? negateInt(value) : value;
  }),
  overload('math_abs_uint', [uintType], uintType, (value: CelUint) => value),
];

const sign: Overload[] = [
  overload('math_sign_double', [doubleType], doubleType, (value: CelDouble) => new CelDouble(Math.sign(value.value))),
  overload('math_sign_int', [intType], intType, (value: Whole) => (value > 0 ? 1 : value < 0 ? -1 : 0)),
  overload('math_sign_uint', [uintType], uintType, (value: CelUint) => new CelUint(value.value > 0 ? 1 : 0)),
];

const not: Overload[] = [
  overload('math_bitNot_int_int', [intType], intType, (value: Whole) => whole(~BigInt(value))),
  overload('math_bitNot_uint_uint', [uintType], uintType, (value: CelUint) => new CelUint(whole(MAX_UINT ^ BigInt(value.value)))),
];

export const mathLibrary: Library = {
  name: 'cel.lib.ext.math',
  macros: [0, 1, 2, 3, 4, 5, 6, 7, 8].flatMap((count) => [extreme('greatest', count), extreme('least', count)]),
  functions: [
    extremeFunction('max', (a, b) => a > b),
    extremeFunction('min', (a, b) => a < b),
    ofDouble('ceil', Math.ceil),
    ofDouble('floor', Math.floor),
    ofDouble('round', round),
    ofDouble('trunc', Math.trunc),
    ofDouble('sqrt', Math.sqrt),
    isDouble('isInf', (value) => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY),
    isDouble('isNaN', Number.isNaN),
    isDouble('isFinite', Number.isFinite),
    defineFunction('math.abs', ...abs),
    defineFunction('math.sign', ...sign),
    defineFunction('math.bitNot', ...not),
    bits('bitAnd', (a, b) => a & b),
    bits('bitOr', (a, b) => a | b),
    bits('bitXor', (a, b) => a ^ b),
    shift('bitShiftLeft', (value, by) => value << by),
    shift('bitShiftRight', (value, by) => value >> by),
  ],
};
