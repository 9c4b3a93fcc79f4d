/** `cel.block([a, b], expression with cel.index(0))`: how the specification writes what an optimizer of cel-go makes. */

import { ACCUMULATOR, type Expr } from '../../../src/kubernetes/machinery/cel/syntax/ast.ts';
import type { Macro, MacroCall } from '../../../src/kubernetes/machinery/cel/syntax/macros.ts';
import type { Library } from '../../../src/kubernetes/machinery/cel/types/declarations.ts';

function macro(name: string, count: number, expand: (call: MacroCall) => Expr): Macro {
  return {
    name,
    method: true,
    arguments: count,
    expand: (call) => (call.target.kind === 'ident' && call.target.name === 'cel' ? expand(call) : undefined),
  };
}

const numberOf = (expr: Expr | undefined): string => (expr?.kind === 'literal' ? String(expr.value) : '');

/** Names for each of the values, the later within the earlier. */
function nest({ nodes, offset, args }: MacroCall): Expr {
  const [values, body] = args;
  if (values?.kind !== 'list' || !body) throw new Error('cel.block needs a list and an expression');
  return values.elements.reduceRight(
    (inner, value, i) =>
      nodes.comprehension(offset, {
        range: nodes.list(offset, []),
        variable: '#unused',
        accumulator: `@index${i}`,
        init: value,
        condition: nodes.literal(offset, false),
        step: nodes.ident(offset, `@index${i}`),
        result: inner,
      }),
    body,
  );
}

export const blockLibrary: Library = {
  name: 'cel.block',
  macros: [
    macro('block', 2, nest),
    macro('index', 1, ({ nodes, offset, args }) => nodes.ident(offset, `@index${numberOf(args[0])}`)),
    macro('iterVar', 2, ({ nodes, offset, args }) => nodes.ident(offset, `@it:${numberOf(args[0])}:${numberOf(args[1])}`)),
    macro('accuVar', 2, ({ nodes, offset }) => nodes.ident(offset, ACCUMULATOR)),
  ],
};
