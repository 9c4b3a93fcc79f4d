import type { MutatingAdmissionPolicy } from '../../../api/generated/admissionregistration-v1.ts';
import type { Expression, NamedExpression } from '../expressions/budget.ts';
import { compileConditions } from '../expressions/match-conditions.ts';
import { compileVariables } from './compiled-validating.ts';

export interface CompiledMutation extends Expression {
  readonly makes: 'applyConfiguration' | 'jsonPatch';
}

/** A mutating policy, ready to be evaluated. */
export interface CompiledMutatingPolicy {
  readonly conditions: readonly Expression[];
  readonly variables: readonly NamedExpression[];
  readonly mutations: readonly CompiledMutation[];
}

export function compileMutatingPolicy({ spec }: MutatingAdmissionPolicy): CompiledMutatingPolicy {
  const { paramKind, matchConditions = [], mutations = [] } = spec;
  const scope = { params: paramKind !== undefined, authorizer: true };
  const mutating = { ...scope, mutation: true };
  const { variables, compiler } = compileVariables(spec.variables ?? [], mutating);
  return {
    conditions: compileConditions(matchConditions, scope),
    variables,
    mutations: mutations.map(({ patchType, applyConfiguration, jsonPatch }) => {
      const makes = patchType === 'JSONPatch' ? 'jsonPatch' : 'applyConfiguration';
      const expression = (patchType === 'JSONPatch' ? jsonPatch?.expression : applyConfiguration?.expression) ?? '';
      return { makes, ...compiler(expression.trim(), makes, mutating) };
    }),
  };
}
