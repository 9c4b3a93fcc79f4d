/** Values that may be absent: `optional.of(x)`, `m.?field`, `optMap`. */

import { optionalIndex, optionalSelect } from '../evaluate/access.ts';
import type { Expr } from '../syntax/ast.ts';
import { type Macro, type MacroCall, MacroError } from '../syntax/macros.ts';
import { defineFunction, type Library, method, overload } from '../types/declarations.ts';
import { boolType, dynType, intType, listOf, mapOf, opaqueType, optionalOf, stringType, typeOfType, typeParameter } from '../types/type.ts';
import { CelError } from '../values/errors.ts';
import { isZero } from '../values/type-of.ts';
import { ArrayList, type CelList, CelOptional, type CelValue } from '../values/value.ts';

const T = typeParameter('T');
const V = typeParameter('V');
const K = typeParameter('K');

/** `target.optMap(x, f)`: nothing stays nothing, a value is named and transformed. */
function optionalMacro(name: string, wrap: (call: MacroCall, result: Expr) => Expr): Macro {
  return {
    name,
    method: true,
    arguments: 2,
    expand(call) {
      const { nodes, offset, target, args } = call;
      const variable = args[0];
      if (variable?.kind !== 'ident') throw new MacroError(variable!, `${name}() variable name must be a simple identifier`);
      const bound = nodes.comprehension(offset, {
        range: nodes.list(offset, []),
        variable: '#unused',
        accumulator: variable.name,
        init: nodes.method(offset, target, 'value'),
        condition: nodes.literal(offset, false),
        step: nodes.ident(offset, variable.name),
        result: args[1]!,
      });
      return nodes.call(offset, '_?_:_', nodes.method(offset, target, 'hasValue'), wrap(call, bound), nodes.call(offset, 'optional.none'));
    },
  };
}

function dereference(optional: CelOptional): CelValue {
  if (optional.value === undefined) throw new CelError('optional.none() dereference');
  return optional.value;
}

/** The values that are there. */
function unwrap(list: CelList): CelList {
  const values: CelValue[] = [];
  for (const element of list) {
    if (!(element instanceof CelOptional)) throw new CelError('value is not an optional');
    if (element.value !== undefined) values.push(element.value);
  }
  return new ArrayList(values);
}

function edge(pick: (list: CelList) => number): (list: CelList) => CelOptional {
  return (list) => (list.size === 0 ? CelOptional.none : CelOptional.of(list.at(pick(list))));
}

export const optionalLibrary: Library = {
  name: 'cel.lib.optional',
  macros: [
    optionalMacro('optMap', ({ nodes, offset }, result) => nodes.call(offset, 'optional.of', result)),
    optionalMacro('optFlatMap', (_, result) => result),
  ],
  variables: [{ name: 'optional_type', type: typeOfType(optionalOf(T)), value: opaqueType('optional_type', dynType) }],
  functions: [
    defineFunction(
      'optional.of',
      overload('optional_of', [V], optionalOf(V), (value: CelValue) => CelOptional.of(value)),
    ),
    defineFunction(
      'optional.ofNonZeroValue',
      overload('optional_ofNonZeroValue', [V], optionalOf(V), (value: CelValue) =>
        isZero(value) ? CelOptional.none : CelOptional.of(value),
      ),
    ),
    defineFunction(
      'optional.none',
      overload('optional_none', [], optionalOf(V), () => CelOptional.none),
    ),
    defineFunction('optional.unwrap', overload('optional_unwrap', [listOf(optionalOf(V))], listOf(V), unwrap)),
    defineFunction('unwrapOpt', method('optional_unwrapOpt', [listOf(optionalOf(V))], listOf(V), unwrap)),
    defineFunction(
      'first',
      method(
        'list_first',
        [listOf(V)],
        optionalOf(V),
        edge(() => 0),
      ),
    ),
    defineFunction(
      'last',
      method(
        'list_last',
        [listOf(V)],
        optionalOf(V),
        edge((list) => list.size - 1),
      ),
    ),
    defineFunction('value', method('optional_value', [optionalOf(V)], V, dereference)),
    defineFunction(
      'hasValue',
      method('optional_hasValue', [optionalOf(V)], boolType, (optional: CelOptional) => optional.value !== undefined),
    ),
    defineFunction(
      'or',
      method('optional_or_optional', [optionalOf(V), optionalOf(V)], optionalOf(V), (a: CelOptional, b: CelOptional) =>
        a.value === undefined ? b : a,
      ),
    ),
    defineFunction(
      'orValue',
      method('optional_orValue_value', [optionalOf(V), V], V, (a: CelOptional, b: CelValue) => (a.value === undefined ? b : a.value)),
    ),
    defineFunction('_?._', overload('select_optional_field', [dynType, stringType], optionalOf(V), optionalSelect)),
    defineFunction(
      '_[?_]',
      overload('list_optindex_optional_int', [listOf(V), intType], optionalOf(V), optionalIndex),
      overload('optional_list_optindex_optional_int', [optionalOf(listOf(V)), intType], optionalOf(V), optionalIndex),
      overload('map_optindex_optional_value', [mapOf(K, V), K], optionalOf(V), optionalIndex),
      overload('optional_map_optindex_optional_value', [optionalOf(mapOf(K, V)), K], optionalOf(V), optionalIndex),
    ),
    // Indexing an optional container gives an optional element.
    defineFunction(
      '_[_]',
      overload('optional_list_index_int', [optionalOf(listOf(V)), intType], optionalOf(V), optionalIndex),
      overload('optional_map_index_value', [optionalOf(mapOf(K, V)), K], optionalOf(V), optionalIndex),
    ),
  ],
};
