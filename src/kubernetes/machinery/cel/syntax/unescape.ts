import { toUtf8 } from '../values/text.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '?': '?',
  "'": "'",
  '"': '"',
  '`': '`',
};

/** What a string literal stands for; throws a message when an escape is none. */
export function unquoteString(token: string): string {
  const { body, raw } = strip(token);
  if (raw || !body.includes('\\')) return body;
  return replaceEscapes(body, (code) => {
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw new SyntaxError('invalid unicode code point');
    return String.fromCodePoint(code);
  });
}

/** What a bytes literal stands for: `\xff` and `\377` are bytes there, not characters. */
export function unquoteBytes(token: string): Uint8Array {
  const { body, raw } = strip(token.slice(1));
  if (raw || !body.includes('\\')) return toUtf8(body);
  const parts: number[] = [];
  let last = 0;
  for (const match of body.matchAll(ESCAPE)) {
    parts.push(...toUtf8(body.slice(last, match.index)));
    parts.push(...escapedBytes(match));
    last = match.index + match[0].length;
  }
  return Uint8Array.from([...parts, ...toUtf8(body.slice(last))]);
}

function strip(token: string): { body: string; raw: boolean } {
  const raw = token[0] === 'r' || token[0] === 'R';
  const text = (raw ? token.slice(1) : token).replace(/\r\n?/g, '\n');
  const width = text.startsWith('"""') || text.startsWith("'''") ? 3 : 1;
  return { body: text.slice(width, -width), raw };
}

const ESCAPE = /\\(?:([xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|([0-7]{3})|(.))/gs;

function replaceEscapes(body: string, character: (code: number) => string): string {
  return body.replace(ESCAPE, (_, hex: string | undefined, octal: string | undefined, simple: string | undefined) => {
    if (hex) return character(Number.parseInt(hex.slice(1), 16));
    if (octal) return character(Number.parseInt(octal, 8));
    return simpleEscape(simple ?? '');
  });
}

function escapedBytes(match: RegExpMatchArray): Iterable<number> {
  const [, hex, octal, simple] = match;
  if (octal) return [Number.parseInt(octal, 8)];
  if (!hex) return toUtf8(simpleEscape(simple ?? ''));
  if (hex[0] === 'u' || hex[0] === 'U') throw new SyntaxError('unable to unescape string');
  return [Number.parseInt(hex.slice(1), 16)];
}

function simpleEscape(character: string): string {
  const value = SIMPLE[character];
  if (value === undefined) throw new SyntaxError('unable to unescape string');
  return value;
}
