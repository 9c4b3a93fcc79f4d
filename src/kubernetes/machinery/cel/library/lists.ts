/** The lists of cel-go, version 3: `slice`, `flatten`, `sort`, `sortBy`, `lists.range`, `reverse` and `distinct`. */

import { ACCUMULATOR } from '../syntax/ast.ts';
import { type Macro, MacroError } from '../syntax/macros.ts';
import { variableName } from '../syntax/standard-macros.ts';
import { defineFunction, type Library, method, overload } from '../types/declarations.ts';
import * as types from '../types/type.ts';
import { equal } from '../values/equal.ts';
import { CelError } from '../values/errors.ts';
import { typeOf } from '../values/type-of.ts';
import { ArrayList, CelList, type CelValue } from '../values/value.ts';
import { orderOf } from './standard/comparisons.ts';

const { boolType, bytesType, doubleType, durationType, dynType, intType, listOf, stringType, timestampType, uintType } = types;

/** By their names, as they stand in the ids of overloads. */
const COMPARABLE = [intType, uintType, doubleType, boolType, durationType, timestampType, stringType, bytesType];
const MAX_RANGE = 1_000_000;

function slice(list: CelList, start: number | bigint, end: number | bigint): CelList {
  const call = `cannot slice(${start}, ${end})`;
  if (start < 0 || end < 0) throw new CelError(`${call}, negative indexes not supported`);
  if (start > end) throw new CelError(`${call}, start index must be less than or equal to end index`);
  if (end > list.size) throw new CelError(`${call}, list is length ${list.size}`);
  return new ArrayList([...list].slice(Number(start), Number(end)));
}

function flatten(list: CelList, depth: number | bigint = 1): CelList {
  if (depth < 0) throw new CelError('level must be non-negative');
  return new ArrayList([...flattened(list, Number(depth))]);
}

function* flattened(list: CelList, depth: number): Iterable<CelValue> {
  for (const element of list) {
    if (element instanceof CelList && depth > 0) yield* flattened(element, depth - 1);
    else yield element;
  }
}

function sortByKeys(list: CelList, keys: CelList): CelList {
  if (list.size !== keys.size) {
    const sizes = `${list.size} and ${keys.size} elements respectively`;
    throw new CelError(`@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${sizes}`);
  }
  if (list.size === 0) return list;
  const first = typeOf(keys.at(0));
  const order = orderOf(first);
  if (!order) throw new CelError('list elements must be comparable');
  const entries = [...list].map((element, index) => ({ element, key: keys.at(index) }));
  if (entries.some(({ key }) => typeOf(key).name !== first.name)) throw new CelError('list elements must have the same type');
  return new ArrayList(entries.sort((a, b) => order(a.key, b.key)).map(({ element }) => element));
}

function range(size: number | bigint): CelList {
  if (size < 0) throw new CelError(`lists.range: size must be non-negative, got ${size}`);
  if (size > MAX_RANGE) throw new CelError(`lists.range: size ${size} exceeds maximum allowed (${MAX_RANGE})`);
  return new ArrayList(Array.from({ length: Number(size) }, (_, index) => index));
}

function distinct(list: CelList): CelList {
  const found: CelValue[] = [];
  for (const element of list) if (!found.some((known) => equal(known, element))) found.push(element);
  return new ArrayList(found);
}

const SORTED: ReadonlySet<string> = new Set(['list', 'select', 'ident', 'comprehension', 'call']);
const INPUT = '@__sortBy_input__';

/** `list.sortBy(x, key)`: the list is named, so that it is made once, and sorted by what is made of its elements. */
const sortBy: Macro = {
  name: 'sortBy',
  method: true,
  arguments: 2,
  expand({ nodes, offset, target, args }) {
    if (!SORTED.has(target.kind)) {
      throw new MacroError(target, 'sortBy can only be applied to a list, identifier, comprehension, call or select expression');
    }
    const keys = nodes.comprehension(offset, {
      range: nodes.ident(offset, INPUT),
      variable: variableName(args[0], 'argument is not an identifier'),
      accumulator: ACCUMULATOR,
      init: nodes.list(offset, []),
      condition: nodes.literal(offset, true),
      step: nodes.call(offset, '_+_', nodes.ident(offset, ACCUMULATOR), nodes.list(offset, [args[1]!])),
      result: nodes.ident(offset, ACCUMULATOR),
    });
    return nodes.comprehension(offset, {
      range: nodes.list(offset, []),
      variable: '#unused',
      accumulator: INPUT,
      init: target,
      condition: nodes.literal(offset, false),
      step: nodes.ident(offset, INPUT),
      result: nodes.method(offset, nodes.ident(offset, INPUT), '@sortByAssociatedKeys', keys),
    });
  },
};

const T = types.typeParameter('T');
const anyList = listOf(T);

export const listExtensionLibrary: Library = {
  name: 'cel.lib.ext.lists',
  macros: [sortBy],
  functions: [
    defineFunction('slice', method('list_slice', [anyList, intType, intType], anyList, slice)),
    defineFunction(
      'flatten',
      method('list_flatten', [listOf(anyList)], anyList, (list: CelList) => flatten(list)),
      method('list_flatten_int', [listOf(dynType), intType], listOf(dynType), flatten),
    ),
    defineFunction(
      'sort',
      ...COMPARABLE.map((type) =>
        method(`list_${type.name}_sort`, [listOf(type)], listOf(type), (list: CelList) => sortByKeys(list, list)),
      ),
    ),
    defineFunction(
      '@sortByAssociatedKeys',
      ...COMPARABLE.map((type) => method(`list_${type.name}_sortByAssociatedKeys`, [anyList, listOf(type)], anyList, sortByKeys)),
    ),
    defineFunction('lists.range', overload('lists_range', [intType], listOf(intType), range)),
    defineFunction(
      'reverse',
      method('list_reverse', [anyList], anyList, (list: CelList) => new ArrayList([...list].reverse())),
    ),
    defineFunction('distinct', method('list_distinct', [anyList], anyList, distinct)),
  ],
};
