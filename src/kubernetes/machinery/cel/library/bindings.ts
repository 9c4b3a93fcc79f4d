import { type Macro, MacroError } from '../syntax/macros.ts';
import type { Library } from '../types/declarations.ts';

/** `cel.bind(name, value, expression)`: a value that the expression uses more than once, made at most once. */
const bind: Macro = {
  name: 'bind',
  method: true,
  arguments: 3,
  expand({ nodes, offset, target, args }) {
    if (target.kind !== 'ident' || target.name !== 'cel') return undefined;
    const [variable, value, expression] = args;
    if (variable?.kind !== 'ident') throw new MacroError(variable!, 'cel.bind() variable names must be simple identifiers');
    return nodes.comprehension(offset, {
      range: nodes.list(offset, []),
      variable: '#unused',
      accumulator: variable.name,
      init: value!,
      condition: nodes.literal(offset, false),
      step: nodes.ident(offset, variable.name),
      result: expression!,
    });
  },
};

export const bindingLibrary: Library = { name: 'cel.lib.ext.cel.bindings', macros: [bind] };
