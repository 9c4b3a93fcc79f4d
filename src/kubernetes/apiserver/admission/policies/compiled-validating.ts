import { compileExpression, ExpressionFault, type ExpressionKind } from '../../../api/admissionregistration/expressions/compile.ts';
import { admissionEnvironment, type ExpressionScope } from '../../../api/admissionregistration/expressions/environment.ts';
import type { ValidatingAdmissionPolicy, Validation, Variable } from '../../../api/generated/admissionregistration-v1.ts';
import { type CelType, dynType } from '../../../machinery/cel/types/type.ts';
import type { Expression, NamedExpression } from '../expressions/budget.ts';
import { compileConditions } from '../expressions/match-conditions.ts';

export interface CompiledValidation extends Expression {
  readonly validation: Validation;
  readonly message?: Expression;
}

export interface CompiledAnnotation extends Expression {
  readonly key: string;
}

/** A validating policy, ready to be evaluated. */
export interface CompiledValidatingPolicy {
  readonly conditions: readonly Expression[];
  readonly variables: readonly NamedExpression[];
  readonly validations: readonly CompiledValidation[];
  readonly annotations: readonly CompiledAnnotation[];
}

export function compileValidatingPolicy({ spec }: ValidatingAdmissionPolicy): CompiledValidatingPolicy {
  const { paramKind, matchConditions = [], validations = [], auditAnnotations = [] } = spec;
  const params = paramKind !== undefined;
  const scope = { params, authorizer: true };
  const { variables, compiler } = compileVariables(spec.variables ?? [], scope);
  return {
    conditions: compileConditions(matchConditions, scope),
    variables,
    validations: validations.map((validation) => ({
      ...compiler(validation.expression, 'condition', scope),
      validation,
      ...(validation.messageExpression
        ? { message: compiler(validation.messageExpression, 'message', { params, authorizer: false }) }
        : {}),
    })),
    annotations: auditAnnotations.map(({ key, valueExpression }) => ({ key, ...compiler(valueExpression.trim(), 'annotation', scope) })),
  };
}

export type Compiler = (source: string, kind: ExpressionKind, scope: ExpressionScope) => Expression;

/** The variables of a policy, each of which later ones can use, and what compiles the expressions that use them all. */
export function compileVariables(
  variables: readonly Variable[],
  scope: ExpressionScope,
): { variables: NamedExpression[]; compiler: Compiler } {
  const types = new Map<string, CelType>();
  const compiled = variables.map(({ name, expression }) => {
    const variable = compileExpression(expression, admissionEnvironment(scope, new Map(types)), 'variable');
    types.set(name, variable instanceof ExpressionFault ? dynType : variable.type);
    return { name, source: expression, compiled: variable };
  });
  const known = types.size > 0 ? types : undefined;
  return {
    variables: compiled,
    compiler: (source, kind, of) => ({ source, compiled: compileExpression(source, admissionEnvironment(of, known), kind) }),
  };
}
