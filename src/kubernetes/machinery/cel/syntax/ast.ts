/** The tree of an expression, macros already expanded. Every node has a number; positions and types are kept by it. */

import type { CelValue } from '../values/value.ts';

export type Expr = LiteralExpr | IdentExpr | SelectExpr | CallExpr | ListExpr | MapExpr | StructExpr | ComprehensionExpr;

export interface LiteralExpr {
  readonly kind: 'literal';
  readonly id: number;
  readonly value: CelValue;
}

export interface IdentExpr {
  readonly kind: 'ident';
  readonly id: number;
  readonly name: string;
}

/** `operand.field`, or with `test` the question whether the field is there: `has(operand.field)`. */
export interface SelectExpr {
  readonly kind: 'select';
  readonly id: number;
  readonly operand: Expr;
  readonly field: string;
  readonly test: boolean;
}

/** A function, a method (with `target`) or an operator, which is a function with a name such as `_+_`. */
export interface CallExpr {
  readonly kind: 'call';
  readonly id: number;
  readonly name: string;
  readonly target?: Expr;
  readonly args: readonly Expr[];
}

export interface ListExpr {
  readonly kind: 'list';
  readonly id: number;
  readonly elements: readonly Expr[];
  /** Places of the elements written `?x`. */
  readonly optional: readonly number[];
}

export interface MapExpr {
  readonly kind: 'map';
  readonly id: number;
  readonly entries: readonly MapEntryExpr[];
}

export interface MapEntryExpr {
  readonly id: number;
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}

export interface StructExpr {
  readonly kind: 'struct';
  readonly id: number;
  readonly typeName: string;
  readonly fields: readonly StructFieldExpr[];
}

export interface StructFieldExpr {
  readonly id: number;
  readonly name: string;
  readonly value: Expr;
  readonly optional: boolean;
}

/** The loop that macros expand to: fold `range` into the accumulator while `condition` holds. */
export interface ComprehensionExpr {
  readonly kind: 'comprehension';
  readonly id: number;
  readonly range: Expr;
  readonly variable: string;
  /** Index and element, or key and value, are then the two variables. */
  readonly variable2?: string;
  readonly accumulator: string;
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** What the parser makes of a text. */
export interface ParsedExpression {
  readonly root: Expr;
  /** UTF-16 offset into the source, by node number. */
  readonly positions: readonly number[];
}

/** The name of the hidden variable that macros accumulate into. */
export const ACCUMULATOR = '@result';

/** `a.b.c` for a chain of selections from an identifier; undefined for anything else. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}

/** `cel.bind`: a loop over nothing whose only work is to name a value. */
export function isBinding(expr: ComprehensionExpr): boolean {
  const { range, condition, accumulator } = expr;
  return (
    range.kind === 'list' &&
    range.elements.length === 0 &&
    condition.kind === 'literal' &&
    condition.value === false &&
    accumulator !== ACCUMULATOR
  );
}
