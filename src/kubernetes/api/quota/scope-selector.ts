import { type Selector, selectorFrom } from '../../machinery/selectors.ts';
import type { Scope } from './evaluator.ts';

const selectors = new WeakMap<Scope, Selector>();

/** Whether a name, or its absence, meets a condition such as `PriorityClass In (high)`. */
export function meets(scope: Scope, name: string | undefined): boolean {
  return selectorOf(scope).matches(name ? { [scope.scopeName]: name } : {});
}

function selectorOf(scope: Scope): Selector {
  const known = selectors.get(scope);
  if (known) return known;
  const { scopeName, operator, values = [] } = scope;
  const made = selectorFrom({ matchExpressions: [{ key: scopeName, operator: operator as 'In', values: [...values] }] });
  selectors.set(scope, made);
  return made;
}
