/** What calls of the standard functions may cost. */

import type { CallEstimate, CallToEstimate, CostNode } from './estimate.ts';
import { add, lesser, MAX, multiply, one, type Range, scale, unknownSize } from './range.ts';
import { REGEX_FACTOR, TEXT_FACTOR } from './units.ts';

const sizeOf = (node: CostNode | undefined): Range => node?.size ?? unknownSize;
const read = (size: Range): Range => scale(size, TEXT_FACTOR);

/** Matching a text of a size against an expression of a size. */
export const matchEstimate = (text: Range, pattern: Range): Range => multiply(read(add(text, one)), scale(pattern, REGEX_FACTOR));

type Estimate = (call: CallToEstimate) => CallEstimate;

const multipliedMax = (value: bigint, factor: bigint): bigint =>
  value * factor > MAX ? BigInt.asUintN(64, value * factor) : value * factor;

const compared: Estimate = ({ args }) => {
  const smaller = lesser(sizeOf(args[0]).max, sizeOf(args[1]).max);
  return { cost: read({ min: smaller > 0n ? 1n : 0n, max: smaller }) };
};

const concatenated: Estimate = ({ args }) => {
  const size = add(sizeOf(args[0]), sizeOf(args[1]));
  return { cost: read(size), size };
};

const affix: Estimate = ({ args }) => ({ cost: read(sizeOf(args[0])) });

const ESTIMATES: Readonly<Record<string, Estimate>> = {
  string_to_bytes: ({ args }) => {
    const size = sizeOf(args[0]);
    return { cost: read(size), size: { min: size.min, max: multipliedMax(size.max, 4n) } };
  },
  bytes_to_string: ({ args }) => {
    const size = sizeOf(args[0]);
    return { cost: read(size), size: { min: size.min / 4n, max: size.max } };
  },
  strings_quote: ({ args }) => {
    const size = sizeOf(args[0]);
    return { cost: read(size), size: { min: size.min + 2n, max: BigInt.asUintN(64, size.max * 2n + 2n) } };
  },
  string_format: ({ target }) => ({ cost: read(sizeOf(target)) }),
  starts_with_string: affix,
  ends_with_string: affix,
  in_list: ({ args }) => ({ cost: sizeOf(args[1]) }),
  matches_string: ({ target, args }) => ({ cost: matchEstimate(sizeOf(target), sizeOf(args[0])) }),
  contains_string: ({ target, args }) => ({ cost: multiply(read(sizeOf(target)), read(sizeOf(args[0]))) }),
  add_string: concatenated,
  add_bytes: concatenated,
  add_list: ({ args }) => ({ cost: one, size: add(sizeOf(args[0]), sizeOf(args[1])) }),
  equals: compared,
  not_equals: compared,
  ...Object.fromEntries(
    ['less', 'less_equals', 'greater', 'greater_equals'].flatMap((name) => [
      [`${name}_string`, compared],
      [`${name}_bytes`, compared],
    ]),
  ),
};

export function standardCallEstimate(call: CallToEstimate): CallEstimate {
  return ESTIMATES[call.overload]?.(call) ?? { cost: one };
}
