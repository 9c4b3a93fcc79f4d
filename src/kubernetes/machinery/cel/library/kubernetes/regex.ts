import { compilePattern } from '../../regex/pattern.ts';
import { defineFunction, type Library, method } from '../../types/declarations.ts';
import { intType, listOf, stringType } from '../../types/type.ts';
import type { Whole } from '../../values/number.ts';
import { ArrayList } from '../../values/value.ts';

const find = (text: string, pattern: string): string => compilePattern(pattern).find(text) ?? '';
const findAll = (text: string, pattern: string, limit: Whole = -1): ArrayList =>
  new ArrayList(compilePattern(pattern).findAll(text, Number(limit)));

/** `find` and `findAll`. */
export const regexLibrary: Library = {
  name: 'kubernetes.regex',
  functions: [
    defineFunction('find', method('string_find_string', [stringType, stringType], stringType, find)),
    defineFunction(
      'findAll',
      method('string_find_all_string', [stringType, stringType], listOf(stringType), findAll),
      method('string_find_all_string_int', [stringType, stringType, intType], listOf(stringType), findAll),
    ),
  ],
};
