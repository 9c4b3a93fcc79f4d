/** Logic, equality, arithmetic, indexing and membership. `&&`, `||`, `?:` and indexing are evaluated by the planner. */

import { indexList, indexMap } from '../../evaluate/access.ts';
import { defineFunction, type FunctionDeclaration, overload } from '../../types/declarations.ts';
import {
  boolType,
  bytesType,
  type CelType,
  doubleType,
  durationType,
  intType,
  listOf,
  mapOf,
  stringType,
  timestampType,
  typeParameter,
  uintType,
} from '../../types/type.ts';
import { contains, equal } from '../../values/equal.ts';
import * as ints from '../../values/number.ts';
import { addDuration, between, type CelDuration, type CelTimestamp, durationOf } from '../../values/time.ts';
import { CelDouble, type CelList, type CelMap, CelUint, type CelValue } from '../../values/value.ts';

const A = typeParameter('A');
const B = typeParameter('B');

type Whole = ints.Whole;

const intOperator = (id: string, run: (a: Whole, b: Whole) => Whole) => overload(id, [intType, intType], intType, run);
const uintOperator = (id: string, run: (a: Whole, b: Whole) => Whole) =>
  overload(id, [uintType, uintType], uintType, (a: CelUint, b: CelUint) => new CelUint(run(a.value, b.value)));
const doubleOperator = (id: string, run: (a: number, b: number) => number) =>
  overload(id, [doubleType, doubleType], doubleType, (a: CelDouble, b: CelDouble) => new CelDouble(run(a.value, b.value)));
const on = <T, U>(id: string, a: CelType, b: CelType, result: CelType, run: (a: T, b: U) => CelValue) =>
  overload(id, [a, b], result, run as (a: never, b: never) => CelValue);

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

const arithmetic: readonly FunctionDeclaration[] = [
  defineFunction(
    '_+_',
    on('add_bytes', bytesType, bytesType, bytesType, joinBytes),
    doubleOperator('add_double', (a, b) => a + b),
    on('add_duration_duration', durationType, durationType, durationType, (a: CelDuration, b: CelDuration) =>
      durationOf(a.nanos + b.nanos),
    ),
    on('add_duration_timestamp', durationType, timestampType, timestampType, (a: CelDuration, b: CelTimestamp) => addDuration(b, a.nanos)),
    on('add_timestamp_duration', timestampType, durationType, timestampType, (a: CelTimestamp, b: CelDuration) => addDuration(a, b.nanos)),
    intOperator('add_int64', ints.addInts),
    on('add_list', listOf(A), listOf(A), listOf(A), (a: CelList, b: CelList) => a.concat(b)),
    on('add_string', stringType, stringType, stringType, (a: string, b: string) => a + b),
    uintOperator('add_uint64', ints.addUints),
  ),
  defineFunction(
    '_-_',
    doubleOperator('subtract_double', (a, b) => a - b),
    on('subtract_duration_duration', durationType, durationType, durationType, (a: CelDuration, b: CelDuration) =>
      durationOf(a.nanos - b.nanos),
    ),
    intOperator('subtract_int64', ints.subtractInts),
    on('subtract_timestamp_duration', timestampType, durationType, timestampType, (a: CelTimestamp, b: CelDuration) =>
      addDuration(a, -b.nanos),
    ),
    on('subtract_timestamp_timestamp', timestampType, timestampType, durationType, between),
    uintOperator('subtract_uint64', ints.subtractUints),
  ),
  defineFunction(
    '_*_',
    doubleOperator('multiply_double', (a, b) => a * b),
    intOperator('multiply_int64', ints.multiplyInts),
    uintOperator('multiply_uint64', ints.multiplyUints),
  ),
  defineFunction(
    '_/_',
    doubleOperator('divide_double', (a, b) => a / b),
    intOperator('divide_int64', ints.divideInts),
    uintOperator('divide_uint64', ints.divideUints),
  ),
  defineFunction('_%_', intOperator('modulo_int64', ints.remainderInts), uintOperator('modulo_uint64', ints.remainderUints)),
  defineFunction(
    '-_',
    overload('negate_double', [doubleType], doubleType, (a: CelDouble) => new CelDouble(-a.value)),
    overload('negate_int64', [intType], intType, ints.negateInt),
  ),
];

const logic: readonly FunctionDeclaration[] = [
  defineFunction(
    '_?_:_',
    overload('conditional', [boolType, A, A], A, (test: boolean, yes: CelValue, no: CelValue) => (test ? yes : no)),
  ),
  defineFunction(
    '_&&_',
    overload('logical_and', [boolType, boolType], boolType, (a: boolean, b: boolean) => a && b),
  ),
  defineFunction(
    '_||_',
    overload('logical_or', [boolType, boolType], boolType, (a: boolean, b: boolean) => a || b),
  ),
  defineFunction(
    '!_',
    overload('logical_not', [boolType], boolType, (a: boolean) => !a),
  ),
  defineFunction(
    '@not_strictly_false',
    overload('not_strictly_false', [boolType], boolType, (a: boolean) => a),
  ),
  defineFunction('_==_', overload('equals', [A, A], boolType, equal)),
  defineFunction(
    '_!=_',
    overload('not_equals', [A, A], boolType, (a: CelValue, b: CelValue) => !equal(a, b)),
  ),
];

const containers: readonly FunctionDeclaration[] = [
  defineFunction(
    '@in',
    on('in_list', A, listOf(A), boolType, (a: CelValue, list: CelList) => contains(list, a)),
    on('in_map', A, mapOf(A, B), boolType, (a: CelValue, map: CelMap) => map.has(a)),
  ),
  defineFunction('_[_]', on('index_list', listOf(A), intType, A, indexList), on('index_map', mapOf(A, B), A, B, indexMap)),
];

export const operators: readonly FunctionDeclaration[] = [...logic, ...arithmetic, ...containers];
