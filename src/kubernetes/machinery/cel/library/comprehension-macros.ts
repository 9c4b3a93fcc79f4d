/** Macros of two variables: index and element of a list, key and value of a map. */

import { ACCUMULATOR, type Expr } from '../syntax/ast.ts';
import { type Macro, type MacroCall, MacroError } from '../syntax/macros.ts';
import { quantifiers, variableName } from '../syntax/standard-macros.ts';
import { defineFunction, type Library, overload } from '../types/declarations.ts';
import { mapOf, typeParameter } from '../types/type.ts';
import { CelError } from '../values/errors.ts';
import { EntryMap } from '../values/map.ts';
import type { CelMap, CelValue } from '../values/value.ts';

const NAME_MESSAGE = 'argument must be a simple name';

function variables([first, second]: readonly Expr[]): { variable: string; variable2: string } {
  const variable = variableName(first, NAME_MESSAGE);
  const variable2 = variableName(second, NAME_MESSAGE);
  if (variable === variable2) throw new MacroError(second!, `duplicate variable name: ${variable2}`);
  return { variable, variable2 };
}

function quantifier(name: string, fold: keyof typeof quantifiers): Macro {
  return {
    name,
    method: true,
    arguments: 3,
    expand(call) {
      const names = variables(call.args);
      return call.nodes.comprehension(call.offset, {
        range: call.target,
        ...names,
        accumulator: ACCUMULATOR,
        ...quantifiers[fold](call, call.args[2]!),
      });
    },
  };
}

interface Transform {
  /** The empty list or map that the results go into. */
  init(call: MacroCall): Expr;
  /** The accumulator with one more result. */
  add(call: MacroCall, accumulator: Expr, result: Expr): Expr;
}

const intoList: Transform = {
  init: ({ nodes, offset }) => nodes.list(offset, []),
  add: ({ nodes, offset }, accumulator, result) => nodes.call(offset, '_+_', accumulator, nodes.list(offset, [result])),
};

const intoMap: Transform = {
  init: ({ nodes, offset }) => nodes.map(offset, []),
  add: ({ nodes, offset, args }, accumulator, result) => nodes.call(offset, 'cel.@mapInsert', accumulator, args[0]!, result),
};

const intoMapByEntry: Transform = {
  init: ({ nodes, offset }) => nodes.map(offset, []),
  add: ({ nodes, offset }, accumulator, result) => nodes.call(offset, 'cel.@mapInsert', accumulator, result),
};

/** With four arguments the third chooses what is transformed. */
function transform(name: string, count: 3 | 4, into: Transform): Macro {
  return {
    name,
    method: true,
    arguments: count,
    expand(call) {
      const { nodes, offset, args } = call;
      const names = variables(args);
      const added = into.add(call, nodes.ident(offset, ACCUMULATOR), args[count - 1]!);
      const step = count === 4 ? nodes.call(offset, '_?_:_', args[2]!, added, nodes.ident(offset, ACCUMULATOR)) : added;
      const condition = nodes.literal(offset, true);
      const result = nodes.ident(offset, ACCUMULATOR);
      return nodes.comprehension(offset, {
        range: call.target,
        ...names,
        accumulator: ACCUMULATOR,
        init: into.init(call),
        condition,
        step,
        result,
      });
    },
  };
}

const transforms = ([3, 4] as const).flatMap((count) => [
  transform('transformList', count, intoList),
  transform('transformMap', count, intoMap),
  transform('transformMapEntry', count, intoMapByEntry),
]);

function insert(map: CelMap, key: CelValue, value: CelValue): EntryMap {
  if (map.get(key) !== undefined) throw new CelError(`insert failed: key ${String(key)} already exists`);
  const result = copyOf(map);
  result.set(key, value);
  return result;
}

function insertAll(map: CelMap, entries: CelMap): EntryMap {
  const result = copyOf(map);
  for (const key of entries.keys()) {
    if (result.get(key) !== undefined) throw new CelError(`insert failed: key ${String(key)} already exists`);
    result.set(key, entries.get(key)!);
  }
  return result;
}

const copyOf = (map: CelMap): EntryMap => EntryMap.from([...map.keys()].map((key) => [key, map.get(key) ?? null] as const));

const [K, V] = [typeParameter('K'), typeParameter('V')];

export const comprehensionLibrary: Library = {
  name: 'cel.lib.ext.comprehensions',
  macros: [
    quantifier('all', 'all'),
    quantifier('exists', 'exists'),
    quantifier('existsOne', 'existsOne'),
    quantifier('exists_one', 'existsOne'),
    ...transforms,
  ],
  functions: [
    defineFunction(
      'cel.@mapInsert',
      overload('@mapInsert_map_key_value', [mapOf(K, V), K, V], mapOf(K, V), insert),
      overload('@mapInsert_map_map', [mapOf(K, V), mapOf(K, V)], mapOf(K, V), insertAll),
    ),
  ],
};
