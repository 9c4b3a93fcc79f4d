import { type CompiledExpression, compile } from '../../../machinery/cel/compile.ts';
import type { Environment } from '../../../machinery/cel/environment.ts';
import { CelIssues } from '../../../machinery/cel/syntax/issues.ts';
import { boolType, type CelType, formatType, listOf, nullType, stringType, structType } from '../../../machinery/cel/types/type.ts';

/** Why an expression cannot be used. */
export class ExpressionFault {
  readonly detail: string;
  /** The text is right, but what it says cannot be. */
  readonly internal: boolean;

  constructor(detail: string, internal = false) {
    this.detail = detail;
    this.internal = internal;
  }
}

/** What expressions of each kind evaluate to; none is anything. */
export const results = {
  condition: [boolType],
  message: [stringType],
  annotation: [stringType, nullType],
  variable: [],
  applyConfiguration: [structType('Object')],
  jsonPatch: [listOf(structType('JSONPatch'))],
} satisfies Record<string, readonly CelType[]>;

export type ExpressionKind = keyof typeof results;

/** An expression ready to be evaluated, or why it is none. */
export function compileExpression(source: string, environment: Environment, kind: ExpressionKind): CompiledExpression | ExpressionFault {
  const compiled = compile(source, environment);
  if (compiled instanceof CelIssues) {
    return compiled.phase === 'instantiation'
      ? new ExpressionFault(`program instantiation failed: ${compiled}`, true)
      : new ExpressionFault(`compilation failed: ${compiled}`);
  }
  const expected: readonly CelType[] = results[kind];
  const actual = formatType(compiled.type);
  if (expected.length === 0 || expected.some((type) => formatType(type) === actual)) return compiled;
  const names = expected.map(formatType);
  return new ExpressionFault(names.length === 1 ? `must evaluate to ${names[0]}` : `must evaluate to one of [${names.join(' ')}]`);
}
