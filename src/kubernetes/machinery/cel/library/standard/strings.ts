/** `size`, `contains`, `startsWith`, `endsWith`, `matches`. */

import { compilePattern } from '../../regex/pattern.ts';
import { defineFunction, type FunctionDeclaration, method, overload } from '../../types/declarations.ts';
import { boolType, bytesType, intType, listOf, mapOf, stringType, typeParameter } from '../../types/type.ts';
import { textLength } from '../../values/text.ts';
import type { CelList, CelMap } from '../../values/value.ts';

const A = typeParameter('A');
const B = typeParameter('B');

const sizeOf = (value: CelList | CelMap): number => value.size;
const lengthOf = (bytes: Uint8Array): number => bytes.length;
const matches = (text: string, pattern: string): boolean => compilePattern(pattern).test(text);

export const stringFunctions: readonly FunctionDeclaration[] = [
  defineFunction(
    'size',
    overload('size_bytes', [bytesType], intType, lengthOf),
    method('bytes_size', [bytesType], intType, lengthOf),
    overload('size_list', [listOf(A)], intType, sizeOf),
    method('list_size', [listOf(A)], intType, sizeOf),
    overload('size_map', [mapOf(A, B)], intType, sizeOf),
    method('map_size', [mapOf(A, B)], intType, sizeOf),
    overload('size_string', [stringType], intType, textLength),
    method('string_size', [stringType], intType, textLength),
  ),
  defineFunction(
    'contains',
    method('contains_string', [stringType, stringType], boolType, (text: string, part: string) => text.includes(part)),
  ),
  defineFunction(
    'endsWith',
    method('ends_with_string', [stringType, stringType], boolType, (text: string, end: string) => text.endsWith(end)),
  ),
  defineFunction(
    'startsWith',
    method('starts_with_string', [stringType, stringType], boolType, (text: string, start: string) => text.startsWith(start)),
  ),
  defineFunction(
    'matches',
    overload('matches', [stringType, stringType], boolType, matches),
    method('matches_string', [stringType, stringType], boolType, matches),
  ),
];
