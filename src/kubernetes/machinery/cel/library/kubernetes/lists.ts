import { defineFunction, type FunctionDeclaration, type Library, method } from '../../types/declarations.ts';
import * as types from '../../types/type.ts';
import { equal } from '../../values/equal.ts';
import { CelError, noSuchOverload } from '../../values/errors.ts';
import { addInts, addUints } from '../../values/number.ts';
import { CelDuration, durationOf } from '../../values/time.ts';
import { typeOf } from '../../values/type-of.ts';
import { CelDouble, type CelList, CelUint, type CelValue } from '../../values/value.ts';
import { orderOf } from '../standard/comparisons.ts';

const { boolType, bytesType, doubleType, durationType, intType, listOf, stringType, timestampType, uintType } = types;

/** Names as they stand in the ids of overloads. */
const SUMMABLE = { int: intType, uint: uintType, double: doubleType, duration: durationType };
const COMPARABLE = { ...SUMMABLE, bool: boolType, timestamp: timestampType, string: stringType, bytes: bytesType };
const ZEROS: Readonly<Record<keyof typeof SUMMABLE, CelValue>> = {
  int: 0,
  uint: new CelUint(0),
  double: new CelDouble(0),
  duration: new CelDuration(0n),
};

function compare(a: CelValue, b: CelValue): number {
  const order = orderOf(typeOf(a));
  if (!order || typeOf(a).name !== typeOf(b).name) throw noSuchOverload();
  return order(a, b);
}

function add(a: CelValue, b: CelValue): CelValue {
  if ((typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint')) return addInts(a, b);
  if (a instanceof CelDouble && b instanceof CelDouble) return new CelDouble(a.value + b.value);
  if (a instanceof CelUint && b instanceof CelUint) return new CelUint(addUints(a.value, b.value));
  if (a instanceof CelDuration && b instanceof CelDuration) return durationOf(a.nanos + b.nanos);
  throw noSuchOverload();
}

function isSorted(list: CelList): boolean {
  for (let i = 1; i < list.size; i++) if (compare(list.at(i - 1), list.at(i)) > 0) return false;
  return true;
}

function extreme(name: string, replaces: (order: number) => boolean): (list: CelList) => CelValue {
  return (list) => {
    if (list.size === 0) throw new CelError(`${name} called on empty list`);
    let chosen = list.at(0);
    for (let i = 1; i < list.size; i++) if (replaces(compare(chosen, list.at(i)))) chosen = list.at(i);
    return chosen;
  };
}

const sumFrom =
  (zero: CelValue) =>
  (list: CelList): CelValue => {
    if (list.size === 0) return zero;
    // What the elements are may only be known now; the first says what the sum is.
    let sum = list.at(0);
    for (let i = 1; i < list.size; i++) sum = add(sum, list.at(i));
    return sum;
  };

function indexOf(list: CelList, item: CelValue): number {
  for (let i = 0; i < list.size; i++) if (equal(list.at(i), item)) return i;
  return -1;
}

function lastIndexOf(list: CelList, item: CelValue): number {
  for (let i = list.size - 1; i >= 0; i--) if (equal(list.at(i), item)) return i;
  return -1;
}

function forTypes<T extends string>(
  name: string,
  of: Readonly<Record<T, types.CelType>>,
  id: (type: T) => string,
  result: (type: types.CelType) => types.CelType,
  run: (type: T) => (list: CelList) => CelValue,
): FunctionDeclaration {
  const entries = Object.entries(of) as [T, types.CelType][];
  return defineFunction(name, ...entries.map(([key, type]) => method(id(key), [listOf(type)], result(type), run(key))));
}

const same = (type: types.CelType): types.CelType => type;
const A = types.typeParameter('A');

/** `isSorted`, `sum`, `min`, `max`, `indexOf` and `lastIndexOf` of lists. */
export const listsLibrary: Library = {
  name: 'kubernetes.lists',
  functions: [
    forTypes(
      'isSorted',
      COMPARABLE,
      (type) => `list_${type}_is_sorted_bool`,
      () => boolType,
      () => isSorted,
    ),
    forTypes(
      'sum',
      SUMMABLE,
      (type) => `list_${type}_sum_${type}`,
      same,
      (type) => sumFrom(ZEROS[type]),
    ),
    forTypes(
      'max',
      COMPARABLE,
      (type) => `list_${type}_max_${type}`,
      same,
      () => extreme('max', (order) => order < 0),
    ),
    forTypes(
      'min',
      COMPARABLE,
      (type) => `list_${type}_min_${type}`,
      same,
      () => extreme('min', (order) => order > 0),
    ),
    defineFunction('indexOf', method('list_a_index_of_int', [listOf(A), A], intType, indexOf)),
    defineFunction('lastIndexOf', method('list_a_last_index_of_int', [listOf(A), A], intType, lastIndexOf)),
  ],
};
