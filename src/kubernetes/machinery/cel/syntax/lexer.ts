import type { Issue } from './issues.ts';

export type TokenKind = 'identifier' | 'quoted-identifier' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly offset: number;
}

/** Words that are tokens of their own; they show up as symbols. */
const KEYWORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in']);

const SPACE = /(?:[\t\n\f\r ]+|\/\/[^\n]*)+/y;
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]*/y;
const QUOTED_IDENTIFIER = /`[A-Za-z0-9_./ -]+`/y;
const DOUBLE = /(?:\d+\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\.\d+(?:[eE][-+]?\d+)?)/y;
const INT = /(?:0x[0-9A-Fa-f]+|\d+)/y;
const SYMBOL = /(?:==|!=|<=|>=|&&|\|\||[[\]{}()<>.,\-!?:+*/%])/y;

const ESCAPE = '\\\\(?:[abfnrtv"\'\\\\?`]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})';
const quotedBy = (quote: string): string => String.raw`${quote}(?:${ESCAPE}|[^\\${quote}\n\r])*${quote}`;
const tripledBy = (quote: string): string => String.raw`${quote.repeat(3)}(?:${ESCAPE}|[^\\])*?${quote.repeat(3)}`;
const STRING = new RegExp(
  [
    `${tripledBy('"')}|${tripledBy("'")}`,
    String.raw`[rR](?:"""[^]*?"""|'''[^]*?'''|"[^"\n\r]*"|'[^'\n\r]*')`,
    `${quotedBy('"')}|${quotedBy("'")}`,
  ].join('|'),
  'y',
);
/** A string that is broken, up to and with the character that broke it. */
const PART_OF_ESCAPE = String.raw`\\(?:[xX][0-9a-fA-F]?|u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7}|[0-3][0-7]?)?`;
const brokenBy = (quote: string): RegExp => new RegExp(String.raw`${quote}(?:${ESCAPE}|[^\\${quote}\n\r])*(?:${PART_OF_ESCAPE})?[^]?`, 'y');
const BROKEN_STRING: Readonly<Record<string, RegExp>> = { '"': brokenBy('"'), "'": brokenBy("'") };

/** Cuts a text into tokens. What is no token is reported and left out. */
export function tokenize(source: string, report: (issue: Issue) => void): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const space = matchAt(SPACE, source, at);
    if (space) {
      at += space.length;
      continue;
    }
    const token = tokenAt(source, at);
    if (token) tokens.push(token);
    const text = token?.text ?? unrecognized(source, at);
    if (!token) report({ message: `Syntax error: token recognition error at: '${shown(text)}'`, offset: at });
    at += text.length;
  }
  return [...tokens, { kind: 'end', text: '<EOF>', offset: source.length }];
}

function tokenAt(source: string, offset: number): Token | undefined {
  const prefix = source[offset];
  if (prefix === 'b' || prefix === 'B') {
    const text = matchAt(STRING, source, offset + 1);
    if (text) return { kind: 'bytes', text: prefix + text, offset };
  }
  const string = matchAt(STRING, source, offset);
  if (string) return { kind: 'string', text: string, offset };
  return numberAt(source, offset) ?? wordAt(source, offset) ?? symbolAt(source, offset);
}

function numberAt(source: string, offset: number): Token | undefined {
  const double = matchAt(DOUBLE, source, offset);
  if (double) return { kind: 'double', text: double, offset };
  const int = matchAt(INT, source, offset);
  if (!int) return undefined;
  const suffix = source[offset + int.length];
  return suffix === 'u' || suffix === 'U' ? { kind: 'uint', text: int + suffix, offset } : { kind: 'int', text: int, offset };
}

function wordAt(source: string, offset: number): Token | undefined {
  const quoted = matchAt(QUOTED_IDENTIFIER, source, offset);
  if (quoted) return { kind: 'quoted-identifier', text: quoted, offset };
  const word = matchAt(IDENTIFIER, source, offset);
  return word ? { kind: KEYWORDS.has(word) ? 'symbol' : 'identifier', text: word, offset } : undefined;
}

function symbolAt(source: string, offset: number): Token | undefined {
  const symbol = matchAt(SYMBOL, source, offset);
  return symbol ? { kind: 'symbol', text: symbol, offset } : undefined;
}

function matchAt(pattern: RegExp, source: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(source)?.[0];
}

/** The characters that make no token together: an operator cut short takes the character that spoilt it along. */
function unrecognized(source: string, offset: number): string {
  const first = String.fromCodePoint(source.codePointAt(offset)!);
  const broken = BROKEN_STRING[first];
  if (broken) return matchAt(broken, source, offset) ?? first;
  const next = source[offset + first.length];
  return next !== undefined && ['|', '&', '=', '`'].includes(first) ? first + next : first;
}

const shown = (text: string): string => text.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
