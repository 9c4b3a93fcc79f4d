import { ExpressionFault } from '../../../api/admissionregistration/expressions/compile.ts';
import type { CompiledExpression } from '../../../machinery/cel/compile.ts';
import type { FieldError } from '../../../machinery/field-error.ts';
import { internalError, invalidValue } from '../../../machinery/validation/faults.ts';
import { compileOfClaims, compileOfUser, usesClaim } from './expressions.ts';

/** Checks the expressions of one authenticator, and remembers whether any asks if an e-mail address is verified. */
export class Expressions {
  asksVerified = false;

  *ofClaims(source: string, path: string, kind: 'variable' | 'condition'): Iterable<FieldError> {
    yield* this.#check(compileOfClaims(source, kind), source, path);
  }

  *ofUser(source: string, path: string): Iterable<FieldError> {
    yield* expressionFaults(compileOfUser(source), source, path);
  }

  *#check(compiled: CompiledExpression | ExpressionFault, source: string, path: string): Iterable<FieldError> {
    if (!(compiled instanceof ExpressionFault)) this.asksVerified ||= usesClaim(compiled, 'email_verified');
    yield* expressionFaults(compiled, source, path);
  }
}

/** What is wrong with an expression, as upstream puts it. */
export function* expressionFaults(compiled: CompiledExpression | ExpressionFault, source: string, path: string): Iterable<FieldError> {
  if (!(compiled instanceof ExpressionFault)) return;
  yield compiled.internal ? internalError(path, compiled.detail) : invalidValue(path, source, compiled.detail);
}
