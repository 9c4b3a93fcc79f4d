/** The macros of the language: has, all, exists, exists_one, map, filter. */

import { ACCUMULATOR, type ComprehensionExpr, type Expr } from './ast.ts';
import { type Macro, type MacroCall, MacroError } from './macros.ts';

/** The old name of the accumulator, which may still not be a variable. */
const OLD_ACCUMULATOR = '__result__';

const has: Macro = {
  name: 'has',
  method: false,
  arguments: 1,
  expand({ nodes, offset, args: [argument] }) {
    if (argument?.kind !== 'select' || argument.test) throw new MacroError(argument!, 'invalid argument to has() macro');
    return nodes.select(offset, argument.operand, argument.field, true);
  },
};

/** The name of the variable that an argument declares. */
export function variableName(argument: Expr | undefined, message: string): string {
  if (argument?.kind !== 'ident' || argument.name.startsWith('.')) throw new MacroError(argument!, message);
  if (argument.name === ACCUMULATOR || argument.name === OLD_ACCUMULATOR) {
    throw new MacroError(argument, 'iteration variable overwrites accumulator variable');
  }
  return argument.name;
}

type Loop = Omit<ComprehensionExpr, 'kind' | 'id' | 'range' | 'accumulator' | 'variable' | 'variable2'>;

/** How each quantifier folds what it is asked about. Macros of one and of two variables share these. */
export const quantifiers = {
  all({ nodes, offset }: MacroCall, predicate: Expr): Loop {
    const init = nodes.literal(offset, true);
    const condition = nodes.call(offset, '@not_strictly_false', nodes.ident(offset, ACCUMULATOR));
    const step = nodes.call(offset, '_&&_', nodes.ident(offset, ACCUMULATOR), predicate);
    return { init, condition, step, result: nodes.ident(offset, ACCUMULATOR) };
  },

  exists({ nodes, offset }: MacroCall, predicate: Expr): Loop {
    const init = nodes.literal(offset, false);
    const condition = nodes.call(offset, '@not_strictly_false', nodes.call(offset, '!_', nodes.ident(offset, ACCUMULATOR)));
    const step = nodes.call(offset, '_||_', nodes.ident(offset, ACCUMULATOR), predicate);
    return { init, condition, step, result: nodes.ident(offset, ACCUMULATOR) };
  },

  existsOne({ nodes, offset }: MacroCall, predicate: Expr): Loop {
    const init = nodes.literal(offset, 0);
    const condition = nodes.literal(offset, true);
    const counted = nodes.call(offset, '_+_', nodes.ident(offset, ACCUMULATOR), nodes.literal(offset, 1));
    const step = nodes.call(offset, '_?_:_', predicate, counted, nodes.ident(offset, ACCUMULATOR));
    return { init, condition, step, result: nodes.call(offset, '_==_', nodes.ident(offset, ACCUMULATOR), nodes.literal(offset, 1)) };
  },
};

function quantifier(name: string, fold: keyof typeof quantifiers): Macro {
  return {
    name,
    method: true,
    arguments: 2,
    expand(call) {
      const variable = variableName(call.args[0], 'argument must be a simple name');
      const loop = quantifiers[fold](call, call.args[1]!);
      return call.nodes.comprehension(call.offset, { range: call.target, variable, accumulator: ACCUMULATOR, ...loop });
    },
  };
}

/** `list.map(x, f)` and `list.map(x, p, f)`. */
function map(count: 2 | 3): Macro {
  return {
    name: 'map',
    method: true,
    arguments: count,
    expand({ nodes, offset, target, args }) {
      const variable = variableName(args[0], 'argument is not an identifier');
      const [predicate, transform] = count === 3 ? [args[1], args[2]!] : [undefined, args[1]!];
      const init = nodes.list(offset, []);
      const condition = nodes.literal(offset, true);
      const appended = nodes.call(offset, '_+_', nodes.ident(offset, ACCUMULATOR), nodes.list(offset, [transform]));
      const step = predicate ? nodes.call(offset, '_?_:_', predicate, appended, nodes.ident(offset, ACCUMULATOR)) : appended;
      const result = nodes.ident(offset, ACCUMULATOR);
      return nodes.comprehension(offset, { range: target, variable, accumulator: ACCUMULATOR, init, condition, step, result });
    },
  };
}

const filter: Macro = {
  name: 'filter',
  method: true,
  arguments: 2,
  expand({ nodes, offset, target, args }) {
    const variable = variableName(args[0], 'argument is not an identifier');
    const init = nodes.list(offset, []);
    const condition = nodes.literal(offset, true);
    const appended = nodes.call(offset, '_+_', nodes.ident(offset, ACCUMULATOR), nodes.list(offset, [args[0]!]));
    const step = nodes.call(offset, '_?_:_', args[1]!, appended, nodes.ident(offset, ACCUMULATOR));
    const result = nodes.ident(offset, ACCUMULATOR);
    return nodes.comprehension(offset, { range: target, variable, accumulator: ACCUMULATOR, init, condition, step, result });
  },
};

export const standardMacros: readonly Macro[] = [
  has,
  quantifier('all', 'all'),
  quantifier('exists', 'exists'),
  quantifier('exists_one', 'existsOne'),
  quantifier('existsOne', 'existsOne'),
  map(2),
  map(3),
  filter,
];
