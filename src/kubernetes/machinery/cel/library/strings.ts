/** cel-go's string extensions. Places count code points. */

import { defineFunction, type FunctionDeclaration, type Library, method, overload } from '../types/declarations.ts';
import { dynType, intType, listOf, stringType } from '../types/type.ts';
import { CelError } from '../values/errors.ts';
import type { Whole } from '../values/number.ts';
import { characters } from '../values/text.ts';
import { ArrayList, type CelList, type CelValue } from '../values/value.ts';
import { formatString, literalStyle, plainStyle } from './format-string.ts';
import { quote } from './quote.ts';

const outOfRange = (place: Whole): CelError => new CelError(`index out of range: ${place}`);

function charAt(text: string, place: Whole): string {
  const all = characters(text);
  if (place < 0 || place > all.length) throw outOfRange(place);
  return all[Number(place)] ?? '';
}

/** Where a part begins, from a place on. */
function indexOf(text: string, part: string, from: Whole = 0): number {
  if (from < 0) throw outOfRange(from);
  if (part === '') return Number(from);
  const [all, wanted] = [characters(text), characters(part)];
  // Searching from beyond the end finds nothing; that the place exists is not asked for before 1.36's version.
  if (from > all.length) throw outOfRange(from);
  return search(all, wanted, Number(from), all.length - wanted.length, 1);
}

/** Where a part begins for the last time, not after a place. */
function lastIndexOf(text: string, part: string, from?: Whole): number {
  const [all, wanted] = [characters(text), characters(part)];
  if (part === '') return Number(from ?? all.length);
  if (from !== undefined && (from < 0 || from >= all.length)) throw outOfRange(from);
  return search(all, wanted, Math.min(Number(from ?? all.length), all.length - wanted.length), 0, -1);
}

function search(all: readonly string[], wanted: readonly string[], from: number, to: number, step: 1 | -1): number {
  for (let i = from; step > 0 ? i <= to : i >= to; i += step) if (wanted.every((character, j) => all[i + j] === character)) return i;
  return -1;
}

/** Like Go's `strings.Replace`: a negative count replaces all. */
function replace(text: string, old: string, replacement: string, count: Whole = -1): string {
  if (count === 0) return text;
  if (count < 0) return old === '' ? replaceBetween(text, replacement, Number.POSITIVE_INFINITY) : text.replaceAll(old, () => replacement);
  if (old === '') return replaceBetween(text, replacement, Number(count));
  const parts = text.split(old);
  const replaced = parts.slice(0, Number(count) + 1).join(replacement);
  const rest = parts.slice(Number(count) + 1);
  return rest.length ? `${replaced}${old}${rest.join(old)}` : replaced;
}

/** An empty text is found before every character and at the end. */
function replaceBetween(text: string, replacement: string, count: number): string {
  let left = count;
  const next = (): string => (left-- > 0 ? replacement : '');
  const before = [...text].map((character) => next() + character).join('');
  return before + next();
}

function split(text: string, separator: string, limit: Whole = -1): CelList {
  if (limit === 0) return new ArrayList([]);
  const parts = separator === '' ? [...text] : text.split(separator);
  if (limit < 0 || parts.length <= limit) return new ArrayList(parts);
  const kept = parts.slice(0, Number(limit) - 1);
  return new ArrayList([...kept, parts.slice(Number(limit) - 1).join(separator)]);
}

function substring(text: string, start: Whole, end?: Whole): string {
  const all = characters(text);
  if (end !== undefined && start > end) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0 || start > all.length) throw outOfRange(start);
  if (end !== undefined && (end < 0 || end > all.length)) throw outOfRange(end);
  return all.slice(Number(start), end === undefined ? undefined : Number(end)).join('');
}

function join(list: CelList, separator = ''): string {
  return [...list]
    .map((element) => {
      if (typeof element !== 'string') throw new CelError('no such overload');
      return element;
    })
    .join(separator);
}

const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
const upperAscii = (text: string): string => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
/** What Unicode calls white space, which is a little less and a little more than what JavaScript trims. */
const trim = (text: string): string => text.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, '');
const reverse = (text: string): string => [...text].reverse().join('');

const S = stringType;
const I = intType;

const first: readonly FunctionDeclaration[] = [
  defineFunction('charAt', method('string_char_at_int', [S, I], S, charAt)),
  defineFunction(
    'indexOf',
    method('string_index_of_string', [S, S], I, indexOf),
    method('string_index_of_string_int', [S, S, I], I, indexOf),
  ),
  defineFunction(
    'lastIndexOf',
    method('string_last_index_of_string', [S, S], I, lastIndexOf),
    method('string_last_index_of_string_int', [S, S, I], I, lastIndexOf),
  ),
  defineFunction('lowerAscii', method('string_lower_ascii', [S], S, lowerAscii)),
  defineFunction('upperAscii', method('string_upper_ascii', [S], S, upperAscii)),
  defineFunction(
    'replace',
    method('string_replace_string_string', [S, S, S], S, replace),
    method('string_replace_string_string_int', [S, S, S, I], S, replace),
  ),
  defineFunction(
    'split',
    method('string_split_string', [S, S], listOf(S), split),
    method('string_split_string_int', [S, S, I], listOf(S), split),
  ),
  defineFunction(
    'substring',
    method('string_substring_int', [S, I], S, substring),
    method('string_substring_int_int', [S, I, I], S, substring),
  ),
  defineFunction('trim', method('string_trim', [S], S, trim)),
  defineFunction('join', method('list_join', [listOf(S)], S, join), method('list_join_string', [listOf(S), S], S, join)),
  defineFunction('strings.quote', overload('strings_quote', [S], S, quote)),
];

const format = (style: typeof plainStyle): FunctionDeclaration =>
  defineFunction(
    'format',
    method('string_format', [S, listOf(dynType)], S, (text: string, args: CelList): CelValue => formatString(text, [...args], style)),
  );

/** Version 2, Kubernetes': without `reverse`, and with lists and maps formatted as literals. */
export const stringsLibrary: Library = { name: 'cel.lib.ext.strings', functions: [...first, format(literalStyle)] };

/** Version 4, the specification's. */
export const latestStringsLibrary: Library = {
  name: 'cel.lib.ext.strings',
  functions: [...first, defineFunction('reverse', method('string_reverse', [S], S, reverse)), format(plainStyle)],
};
