/** What calls cost while they run, in upstream's units: about 50 ns of its time each. */

import { textLength } from '../values/text.ts';
import { CelList, CelMap, CelObject, type CelValue } from '../values/value.ts';
import { LIST_COST, MAP_COST, REGEX_FACTOR, STRUCT_COST, TEXT_FACTOR } from './units.ts';

/** A fixed cost, or what it is for some arguments (a method's target first) and their result. */
export type CallCost = number | ((args: readonly CelValue[], result: CelValue) => number);

/** Costs that libraries set, by the name of the function and the id of the overload. */
export type CallCosts = (name: string, overload: string) => CallCost | undefined;

/** What counts as the size of a value: 1 for whatever has no size. */
export function sizeOf(value: CelValue): number {
  if (typeof value === 'string') return textLength(value);
  if (value instanceof CelList || value instanceof CelMap) return value.size;
  if (value instanceof Uint8Array) return value.length;
  return (value instanceof CelObject ? value.costSize : undefined) ?? 1;
}

export const traversal = (value: CelValue): number => Math.ceil(sizeOf(value) * TEXT_FACTOR);

/** Matching takes the length of the text times that of the expression, which counts as a quarter as many parts. */
export function matchCost(textSize: number, patternSize: number): number {
  return Math.ceil((1 + textSize) * TEXT_FACTOR) * Math.ceil(patternSize * REGEX_FACTOR);
}

const firstArgument: CallCost = ([text]) => traversal(text!);
const shorter: CallCost = ([a, b]) => Math.ceil(Math.min(sizeOf(a!), sizeOf(b!)) * TEXT_FACTOR);
const both: CallCost = ([a, b]) => Math.ceil((sizeOf(a!) + sizeOf(b!)) * TEXT_FACTOR);

const OVERLOADS: Readonly<Record<string, CallCost>> = {
  string_to_bytes: firstArgument,
  bytes_to_string: firstArgument,
  strings_quote: firstArgument,
  string_format: firstArgument,
  starts_with_string: firstArgument,
  ends_with_string: firstArgument,
  in_list: ([, list]) => sizeOf(list!),
  equals: shorter,
  not_equals: shorter,
  add_string: both,
  add_bytes: both,
  matches_string: ([text, pattern]) => matchCost(sizeOf(text!), sizeOf(pattern!)),
  contains_string: ([text, part]) => traversal(text!) * traversal(part!),
  ...Object.fromEntries(
    ['less', 'less_equals', 'greater', 'greater_equals'].flatMap((name) => [
      [`${name}_string`, shorter],
      [`${name}_bytes`, shorter],
    ]),
  ),
};

/** The cost of a standard function. */
export function standardCallCost(overload: string): CallCost {
  return OVERLOADS[overload] ?? 1;
}

export { LIST_COST, MAP_COST, STRUCT_COST };
