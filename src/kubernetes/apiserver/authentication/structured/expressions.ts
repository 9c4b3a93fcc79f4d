import { compileExpression, ExpressionFault } from '../../../api/admissionregistration/expressions/compile.ts';
import type { CompiledExpression } from '../../../machinery/cel/compile.ts';
import { costLimits } from '../../../machinery/cel/cost/units.ts';
import { kubernetesEnvironment } from '../../../machinery/cel/kubernetes.ts';
import { admissionTypes } from '../../../machinery/cel/schema/admission.ts';
import type { Expr } from '../../../machinery/cel/syntax/ast.ts';
import { childrenOf } from '../../../machinery/cel/syntax/walk.ts';
import { anyType, mapOf, stringType, structType } from '../../../machinery/cel/types/type.ts';
import { CelError } from '../../../machinery/cel/values/errors.ts';
import { CelList, CelOptional, type CelValue } from '../../../machinery/cel/values/value.ts';

const claimsEnvironment = kubernetesEnvironment.extend({ variables: [{ name: 'claims', type: mapOf(stringType, anyType) }] });
const userEnvironment = kubernetesEnvironment.extend({
  types: admissionTypes,
  variables: [{ name: 'user', type: structType('kubernetes.UserInfo') }],
});

/** An expression about a token's claims; a condition has to be a boolean. */
export function compileOfClaims(source: string, kind: 'variable' | 'condition'): CompiledExpression | ExpressionFault {
  return compileExpression(source, claimsEnvironment, kind);
}

/** A condition about the user that claims stand for. */
export function compileOfUser(source: string): CompiledExpression | ExpressionFault {
  return compileExpression(source, userEnvironment, 'condition');
}

/** As {@link compileOfClaims}, of expressions that were found right before. */
export function readyToEvaluate(compiled: CompiledExpression | ExpressionFault): CompiledExpression {
  if (compiled instanceof ExpressionFault) throw new Error(compiled.detail);
  return compiled;
}

/** Throws what went wrong. */
export function evaluateWith(expression: CompiledExpression, bindings: Readonly<Record<string, unknown>>): CelValue {
  const { value } = expression.evaluate(bindings, { costLimit: costLimits.perCall });
  if (value instanceof CelError) throw new Error(`expression '${expression.source}' resulted in error: ${value.message}`);
  return value;
}

/** One text or many; null and what is absent are none. Undefined for anything else. */
export function textsIn(value: CelValue): string[] | undefined {
  if (value instanceof CelOptional) return value.value === undefined ? [] : textsIn(value.value);
  if (value === null) return [];
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!(value instanceof CelList)) return undefined;
  const texts = [...value];
  return texts.every((text) => typeof text === 'string') ? texts.filter((text) => text !== '') : undefined;
}

/** Whether `claims.field` stands anywhere in an expression, also asked for by `has()` or `.?`. */
export function usesClaim(expression: CompiledExpression, field: string): boolean {
  return mentions(expression.parsed.root, field);
}

function mentions(expr: Expr, field: string): boolean {
  if (expr.kind === 'select' && expr.field === field && isClaims(expr.operand)) return true;
  if (expr.kind === 'call' && expr.name === '_?._' && isClaims(expr.args[0])) {
    const name = expr.args[1];
    if (name?.kind === 'literal' && name.value === field) return true;
  }
  return childrenOf(expr).some((part) => mentions(part, field));
}

function isClaims(expr: Expr | undefined): boolean {
  return expr?.kind === 'ident' && expr.name === 'claims';
}
