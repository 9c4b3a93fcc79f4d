/** Checks of literals that would only fail when the expression runs: durations, timestamps, regular expressions, formats. */

import { parsePattern } from '../regex/parser.ts';
import { PatternError } from '../regex/syntax.ts';
import type { CallExpr, Expr, ListExpr, MapExpr, ParsedExpression } from '../syntax/ast.ts';
import type { Issue } from '../syntax/issues.ts';
import { childrenOf } from '../syntax/walk.ts';
import { CelError } from '../values/errors.ts';
import { parseDuration, parseTimestamp } from '../values/time.ts';
import type { CelValue } from '../values/value.ts';
import type { Checked } from './checker.ts';
import { formatFault } from './format-literals.ts';
import { type CelType, formatType, isDynamic, isOptionalType, sameType } from './type.ts';

/** What is wrong with literals; kinds of faults are looked for one after the other, the first that there are is all. */
export function checkLiterals(parsed: ParsedExpression, checked: Checked): Issue[] {
  const all = [...walk(parsed.root, false)];
  const at = (expr: Expr, message: string): Issue => ({ message, offset: parsed.positions[expr.id] });
  const argumentsOf = (name: string, isValid: (value: CelValue) => boolean): Issue[] =>
    all.flatMap(({ expr }) =>
      expr.kind === 'call' && isInvalid(expr, name, isValid) ? [at(expr.args[0]!, `invalid ${name} argument`)] : [],
    );
  const checks = [
    () => argumentsOf('duration', (value) => typeof value !== 'string' || parseDuration(value) !== undefined),
    () => argumentsOf('timestamp', isTimestamp),
    () => argumentsOf('matches', (value) => typeof value !== 'string' || isPattern(value)),
    () => all.flatMap(({ expr, inFormat }) => (inFormat ? [] : mixedTypes(expr, checked).map((mix) => at(mix.expr, mix.message)))),
    () =>
      all.flatMap(({ expr }) => {
        const fault = expr.kind === 'call' ? formatFault(expr, checked) : undefined;
        return fault ? [at(fault.expr, fault.message)] : [];
      }),
  ];
  for (const run of checks) {
    const issues = run();
    if (issues.length) return issues;
  }
  return [];
}

function isInvalid(call: CallExpr, name: string, isValid: (value: CelValue) => boolean): boolean {
  const [first] = call.args;
  return call.name === name && first?.kind === 'literal' && !isValid(first.value);
}

/** Seconds since 1970 within the years 1 to 9999. */
const [FIRST_SECOND, LAST_SECOND] = [-62_135_596_800, 253_402_300_799];

function isTimestamp(value: CelValue): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return value >= FIRST_SECOND && value <= LAST_SECOND;
  try {
    return typeof value !== 'string' || parseTimestamp(value) !== undefined;
  } catch (error) {
    if (error instanceof CelError) return false;
    throw error;
  }
}

function isPattern(source: string): boolean {
  try {
    parsePattern(source);
    return true;
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
}

interface Place {
  readonly expr: Expr;
  /** Within the arguments of `format()`, whose list mixes types as a rule. */
  readonly inFormat: boolean;
}

function* walk(expr: Expr, inFormat: boolean): Iterable<Place> {
  yield { expr, inFormat };
  const within = inFormat || (expr.kind === 'call' && expr.name === 'format');
  for (const child of childrenOf(expr)) yield* walk(child, within);
}

interface Mix {
  readonly expr: Expr;
  readonly message: string;
}

function mixedTypes(expr: Expr, checked: Checked): Mix[] {
  // Of lists the first element that does not fit, of maps all.
  if (expr.kind === 'list') return mixes(elementsOf(expr), checked).slice(0, 1);
  if (expr.kind !== 'map') return [];
  return [
    ...mixes(
      expr.entries.map(({ key }) => ({ expr: key, optional: false })),
      checked,
    ),
    ...mixes(valuesOf(expr), checked),
  ];
}

interface Part {
  readonly expr: Expr;
  readonly optional: boolean;
}

const elementsOf = ({ elements, optional }: ListExpr): Part[] => elements.map((expr, i) => ({ expr, optional: optional.includes(i) }));
const valuesOf = ({ entries }: MapExpr): Part[] => entries.map(({ value, optional }) => ({ expr: value, optional }));

function mixes(parts: readonly Part[], checked: Checked): Mix[] {
  const found: Mix[] = [];
  let wanted: CelType | undefined;
  for (const { expr, optional } of parts) {
    const known = checked.types[expr.id];
    if (!known) continue;
    const type = optional && isOptionalType(known) ? known.parameters[0]! : known;
    wanted ??= type;
    if (!equivalent(wanted, type)) found.push({ expr, message: `expected type '${formatType(wanted)}' but found '${formatType(type)}'` });
  }
  return found;
}

/** Same type, but for parts that are only known at run time. */
function equivalent(a: CelType, b: CelType): boolean {
  if (isDynamic(a) || isDynamic(b)) return isDynamic(a) && isDynamic(b);
  return (
    sameType(a, b) ||
    (a.kind === b.kind &&
      a.name === b.name &&
      a.parameters.length > 0 &&
      a.parameters.every((parameter, i) => equivalent(parameter, b.parameters[i]!)))
  );
}
