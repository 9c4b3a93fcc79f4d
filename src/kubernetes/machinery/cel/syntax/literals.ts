import { MAX_INT, MAX_UINT, MIN_INT, whole } from '../values/number.ts';
import { CelDouble, CelUint, type CelValue } from '../values/value.ts';
import type { Token } from './lexer.ts';
import { unquoteBytes, unquoteString } from './unescape.ts';

/** The value that a literal stands for; throws a `SyntaxError` with what is wrong when it stands for none. */
export function literalValue({ kind, text }: Token): CelValue {
  switch (kind) {
    case 'int':
      return int(text);
    case 'uint':
      return uint(text.slice(0, -1));
    case 'double':
      return double(text);
    case 'bytes':
      return unquoteBytes(text);
    default:
      return unquoteString(text);
  }
}

function int(text: string): CelValue {
  const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
  if (value < MIN_INT || value > MAX_INT) throw new SyntaxError('invalid int literal');
  return whole(value);
}

function uint(text: string): CelUint {
  const value = BigInt(text);
  if (value > MAX_UINT) throw new SyntaxError('invalid uint literal');
  return new CelUint(whole(value));
}

function double(text: string): CelDouble {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new SyntaxError('invalid double literal');
  return new CelDouble(value);
}
