/** Checks of `'...'.format([...])` where both are written out: clauses and what they are given must fit. */

import type { CallExpr, Expr, ListExpr } from '../syntax/ast.ts';
import type { Checked } from './checker.ts';
import { type CelType, dynType, type TypeKind } from './type.ts';

export interface FormatFault {
  readonly expr: Expr;
  readonly message: string;
}

interface Clause {
  readonly kinds: readonly TypeKind[];
  readonly demand: string;
}

const TEXT: Clause = {
  kinds: ['list', 'map', 'int', 'uint', 'double', 'bool', 'string', 'timestamp', 'bytes', 'duration', 'type', 'null'],
  demand: 'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
};
const HEX: Clause = {
  kinds: ['int', 'uint', 'string', 'bytes'],
  demand: 'only integers, byte buffers, and strings can be formatted as hex',
};

const CLAUSES: Readonly<Record<string, Clause>> = {
  s: TEXT,
  d: { kinds: ['int', 'uint'], demand: 'decimal clause can only be used on integers' },
  f: { kinds: ['double', 'string'], demand: 'fixed-point clause can only be used on doubles' },
  e: { kinds: ['double', 'string'], demand: 'scientific clause can only be used on doubles' },
  b: { kinds: ['int', 'uint', 'bool'], demand: 'only integers and bools can be formatted as binary' },
  x: HEX,
  X: HEX,
  o: { kinds: ['int', 'uint'], demand: 'octal clause can only be used on integers' },
};

/** The first fault of a call; undefined where it has none or is not written out. */
export function formatFault(call: CallExpr, checked: Checked): FormatFault | undefined {
  const { target, args, name } = call;
  const [list] = args;
  if (name !== 'format' || target?.kind !== 'literal' || typeof target.value !== 'string' || list?.kind !== 'list') return undefined;
  return clauseFaults(target.value, call, list, checked);
}

function clauseFaults(text: string, call: CallExpr, { elements }: ListExpr, checked: Checked): FormatFault | undefined {
  let used = 0;
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at)) {
    if (at === text.length - 1) return { expr: call, message: 'unexpected end of string' };
    if (text[at + 1] === '%') {
      at += 2;
      continue;
    }
    if (used >= elements.length) return { expr: call, message: `index ${used} out of range` };
    const [clause, letter = ''] = /^(?:\.\d+)?(.?)/su.exec(text.slice(at + 1))!;
    const wanted = CLAUSES[letter];
    if (!wanted) return { expr: call, message: `could not parse formatting clause: ${unknown(letter)}` };
    const bad = misfit(elements[used++]!, wanted, checked);
    if (bad) return { expr: bad, message: `error during formatting: ${wanted.demand}, was given ${typeOf(bad, checked).name}` };
    at += 1 + clause.length;
  }
  if (used === elements.length) return undefined;
  return { expr: call, message: `too many arguments supplied to string.format (expected ${used}, got ${elements.length})` };
}

const unknown = (letter: string): string => (letter === '' ? 'unexpected end of string' : `unrecognized formatting clause "${letter}"`);

const typeOf = (expr: Expr, checked: Checked): CelType => checked.types[expr.id] ?? dynType;

/** What does not fit a clause: the argument, or for texts a part of it. */
function misfit(expr: Expr, clause: Clause, checked: Checked): Expr | undefined {
  const { kind } = typeOf(expr, checked);
  if (kind !== 'dyn' && !clause.kinds.includes(kind)) return expr;
  if (clause !== TEXT) return undefined;
  for (const part of partsOf(expr)) {
    const bad = misfit(part, clause, checked);
    if (bad) return bad;
  }
  return undefined;
}

function partsOf(expr: Expr): readonly Expr[] {
  if (expr.kind === 'list') return expr.elements;
  return expr.kind === 'map' ? expr.entries.flatMap(({ key, value }) => [key, value]) : [];
}
