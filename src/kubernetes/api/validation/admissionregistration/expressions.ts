import { type CelType, dynType } from '../../../machinery/cel/types/type.ts';
import type { FieldError } from '../../../machinery/field-error.ts';
import { invalidValue } from '../../../machinery/validation/faults.ts';
import { compileExpression, ExpressionFault, type ExpressionKind } from '../../admissionregistration/expressions/compile.ts';
import { admissionEnvironment, type ExpressionScope } from '../../admissionregistration/expressions/environment.ts';

/** Faults of an expression that stands in the field `path`; `shown` is what the message quotes where it is not the expression. */
export type CheckExpression = (expression: string, path: string, shown?: string) => Iterable<FieldError>;

/** Checks expressions without variables. */
export function expressionRules(kind: ExpressionKind, scope: ExpressionScope): CheckExpression {
  return (expression, path, shown) => faultsOf(expression, path, shown, compileExpression(expression, admissionEnvironment(scope), kind));
}

/** Checks the expressions of one policy, whose variables later expressions can use. */
export class PolicyExpressions {
  readonly #types: Map<string, CelType> | undefined;

  /** `composed` where the policy has variables. */
  constructor(composed: boolean) {
    this.#types = composed ? new Map() : undefined;
  }

  rules(kind: ExpressionKind, scope: ExpressionScope): CheckExpression {
    return (expression, path, shown) => {
      const environment = admissionEnvironment(scope, this.#types);
      return faultsOf(expression, path, shown, compileExpression(expression, environment, kind));
    };
  }

  /** Checks a variable and declares it. */
  *variableRules(name: string, expression: string, scope: ExpressionScope, path: string): Iterable<FieldError> {
    const compiled = compileExpression(expression, admissionEnvironment(scope, new Map(this.#types)), 'variable');
    yield* faultsOf(expression, path, undefined, compiled);
    this.#types?.set(name, compiled instanceof ExpressionFault ? dynType : compiled.type);
  }
}

function* faultsOf(expression: string, path: string, shown: string | undefined, compiled: unknown): Iterable<FieldError> {
  if (!(compiled instanceof ExpressionFault)) return;
  const { detail, internal } = compiled;
  yield internal
    ? { type: 'InternalError', field: path, message: `Internal error: ${detail}` }
    : invalidValue(path, shown ?? expression, detail);
}
