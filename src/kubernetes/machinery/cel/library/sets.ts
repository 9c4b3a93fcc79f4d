/** `sets.contains`, `sets.equivalent`, `sets.intersects`: lists as sets. */

import { defineFunction, type Library, overload } from '../types/declarations.ts';
import { boolType, listOf, typeParameter } from '../types/type.ts';
import { contains } from '../values/equal.ts';
import type { CelList } from '../values/value.ts';

const T = listOf(typeParameter('T'));

const containsAll = (list: CelList, sublist: CelList): boolean => [...sublist].every((element) => contains(list, element));

export const setsLibrary: Library = {
  name: 'cel.lib.ext.sets',
  functions: [
    defineFunction('sets.contains', overload('list_sets_contains_list', [T, T], boolType, containsAll)),
    defineFunction(
      'sets.equivalent',
      overload('list_sets_equivalent_list', [T, T], boolType, (a: CelList, b: CelList) => containsAll(a, b) && containsAll(b, a)),
    ),
    defineFunction(
      'sets.intersects',
      overload('list_sets_intersects_list', [T, T], boolType, (a: CelList, b: CelList) => [...b].some((element) => contains(a, element))),
    ),
  ],
};
