/** `'%s is %.2f'.format([...])` */

import { goQuote } from '../../validation/go-text.ts';
import { CelType } from '../types/type.ts';
import { CelError } from '../values/errors.ts';
import { toUtf8 } from '../values/text.ts';
import { CelDuration, CelTimestamp } from '../values/time.ts';
import { typeOf } from '../values/type-of.ts';
import { CelDouble, CelList, CelMap, CelUint, type CelValue } from '../values/value.ts';
import { textOf } from './standard/conversions.ts';

/** What versions of the function differ in. */
export interface FormatStyle {
  /** `%s` of a double. */
  double(value: number): string;
  /** An element, key or value within the text of a list or map. */
  part(value: CelValue, text: string): string;
  readonly entrySeparator: string;
  /** Doubles that are no numbers may stand for `%d`. */
  readonly decimalDoubles: boolean;
  fixed(value: number, precision: number): string;
  scientific(value: number, precision: number): string;
}

/** As a reader wants it: `[abc, 3.14]`. */
export const plainStyle: FormatStyle = {
  double: special((value) => plainDouble(value)),
  part: (_, text) => text,
  entrySeparator: ': ',
  decimalDoubles: true,
  fixed: special(toFixed),
  scientific: special((value, precision) => exponent(value, precision)),
};

/** As one would write it in CEL: `["abc", 3.140000]`; numbers outside of lists are as English writes them. */
export const literalStyle: FormatStyle = {
  double: (value) => textOf(new CelDouble(value)),
  part: literalPart,
  entrySeparator: ':',
  decimalDoubles: false,
  fixed: special((value, precision) => grouped(toFixed(value, precision))),
  scientific: special((value) => superscript(exponent(value, 6))),
};

const DEFAULT_PRECISION = 6;
const CLAUSE = /^(?:\.(\d+))?([a-zA-Z]?)/;

export function formatString(text: string, args: readonly CelValue[], style: FormatStyle): string {
  let result = '';
  let used = 0;
  for (let at = 0; at < text.length; ) {
    const percent = text.indexOf('%', at);
    if (percent < 0) return result + text.slice(at);
    result += text.slice(at, percent);
    if (percent === text.length - 1) throw new CelError('unexpected end of string');
    if (text[percent + 1] === '%') {
      result += '%';
      at = percent + 2;
      continue;
    }
    if (used >= args.length) throw new CelError(`index ${used} out of range`);
    const [clause, precision, letter = ''] = CLAUSE.exec(text.slice(percent + 1))!;
    if (letter === '' && percent + 1 + clause.length >= text.length)
      throw new CelError('could not parse formatting clause: unexpected end of string');
    result += formatOne(
      args[used++]!,
      letter || text[percent + 1 + clause.length]!,
      precision === undefined ? DEFAULT_PRECISION : Number(precision),
      style,
    );
    at = percent + 1 + clause.length;
  }
  return result;
}

function formatOne(value: CelValue, letter: string, precision: number, style: FormatStyle): string {
  switch (letter) {
    case 's':
      return asText(value, style);
    case 'd':
      return asDecimal(value, style);
    case 'f':
      return style.fixed(asNumber(value, 'fixed-point'), precision);
    case 'e':
      return style.scientific(asNumber(value, 'scientific'), precision);
    case 'b':
      return asBinary(value);
    case 'x':
      return asHex(value);
    case 'X':
      return asHex(value).toUpperCase();
    case 'o':
      return asOctal(value);
    default:
      throw new CelError(`could not parse formatting clause: unrecognized formatting clause "${letter}"`);
  }
}

function cannot(message: string, value: CelValue): CelError {
  return new CelError(`error during formatting: ${message}, was given ${typeOf(value).name}`);
}

function asText(value: CelValue, style: FormatStyle): string {
  if (value === null) return 'null';
  if (value instanceof CelList) return `[${[...value].map((element) => style.part(element, asText(element, style))).join(', ')}]`;
  if (value instanceof CelMap) return mapText(value, style);
  if (value instanceof CelDouble) return style.double(value.value);
  if (value instanceof CelType) return value.name;
  if (
    typeof value !== 'object' ||
    value instanceof CelUint ||
    value instanceof Uint8Array ||
    value instanceof CelTimestamp ||
    value instanceof CelDuration
  )
    return textOf(value);
  throw cannot(
    'string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps',
    value,
  );
}

function mapText(map: CelMap, style: FormatStyle): string {
  const entries = [...map.keys()].map((key) => {
    const value = map.get(key) ?? null;
    return [style.part(key, asText(key, style)), style.part(value, asText(value, style))] as const;
  });
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map((entry) => entry.join(style.entrySeparator)).join(', ')}}`;
}

function literalPart(value: CelValue, text: string): string {
  if (typeof value === 'string') return goQuote(text);
  if (value instanceof Uint8Array) return `b${goQuote(text)}`;
  if (value instanceof CelDouble) return Number.isFinite(value.value) ? toFixed(value.value, DEFAULT_PRECISION) : goQuote(text);
  if (value instanceof CelTimestamp) return `timestamp(${goQuote(text)})`;
  return value instanceof CelDuration ? `duration(${goQuote(text)})` : text;
}

function asDecimal(value: CelValue, style: FormatStyle): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof CelUint) return String(value.value);
  if (style.decimalDoubles && value instanceof CelDouble) return style.double(value.value);
  throw cannot('decimal clause can only be used on integers', value);
}

function asNumber(value: CelValue, clause: string): number {
  if (value instanceof CelDouble) return value.value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw cannot(`${clause} clause can only be used on doubles`, value);
}

function integer(value: CelValue): bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return BigInt(value);
  return value instanceof CelUint ? BigInt(value.value) : undefined;
}

function asBinary(value: CelValue): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  const number = integer(value);
  if (number === undefined) throw cannot('only integers and bools can be formatted as binary', value);
  return number.toString(2);
}

function asHex(value: CelValue): string {
  const bytes = typeof value === 'string' ? toUtf8(value) : value;
  if (bytes instanceof Uint8Array) return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const number = integer(value);
  if (number === undefined) throw cannot('only integers, byte buffers, and strings can be formatted as hex', value);
  return number.toString(16);
}

function asOctal(value: CelValue): string {
  const number = integer(value);
  if (number === undefined) throw cannot('octal clause can only be used on integers', value);
  return number.toString(8);
}

/** Writes what is no number by its name. */
function special(write: (value: number, precision: number) => string): (value: number, precision?: number) => string {
  return (value, precision = DEFAULT_PRECISION) => {
    if (Number.isNaN(value)) return 'NaN';
    return Number.isFinite(value) ? write(value, precision) : value > 0 ? 'Infinity' : '-Infinity';
  };
}

function plainDouble(value: number): string {
  const text = String(value);
  return text.includes('e') ? textOf(new CelDouble(value)) : text;
}

/** With that many digits after the point, halves to even. */
function toFixed(value: number, precision: number): string {
  const digits = Math.min(precision, 100);
  if (Math.abs(value) >= 1e21) return digits ? `${BigInt(value)}.${'0'.repeat(digits)}` : String(BigInt(value));
  const rounded = value.toFixed(digits);
  if (digits > 90) return rounded;
  // JavaScript takes an exact half away from zero or up; the even neighbour is one unit below.
  const exact = value.toFixed(Math.min(100, digits + 30));
  const cut = exact.length - Math.min(30, 100 - digits);
  if (!/^50*$/.test(exact.slice(cut)) || !/[13579]$/.test(rounded)) return rounded;
  return exact.slice(0, digits === 0 ? cut - 1 : cut);
}

function exponent(value: number, precision: number): string {
  return value.toExponential(Math.min(precision, 100)).replace(/e([-+])(\d)$/, 'e$10$2');
}

/** Thousands apart, as English has them. */
function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const apart = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? apart : `${apart}.${fraction}`;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function superscript(text: string): string {
  const [mantissa = '', power = ''] = text.split('e');
  const raised = power
    .replace('+', '')
    .replace('-', '⁻')
    .replace(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)]!);
  return `${mantissa}\u202f×\u202f10${raised}`;
}
