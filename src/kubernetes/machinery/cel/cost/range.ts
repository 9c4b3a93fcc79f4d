/** Sizes and costs that are only known to lie between two bounds, as unsigned 64-bit numbers that stop at the largest. */

export interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

export const MAX = 2n ** 64n - 1n;

export const exactly = (value: number | bigint): Range => ({ min: BigInt(value), max: BigInt(value) });
export const between = (min: number | bigint, max: number | bigint): Range => ({ min: BigInt(min), max: BigInt(max) });
export const zero = exactly(0);
export const one = exactly(1);
export const unknownSize: Range = { min: 0n, max: MAX };

const capped = (value: bigint): bigint => (value > MAX ? MAX : value);

export function add(...ranges: readonly Range[]): Range {
  return ranges.reduce((sum, { min, max }) => ({ min: capped(sum.min + min), max: capped(sum.max + max) }), zero);
}

export const multiply = (a: Range, b: Range): Range => ({ min: capped(a.min * b.min), max: capped(a.max * b.max) });

/** Both bounds times a factor, rounded up; large ones as exact as a double. */
export const scale = (range: Range, factor: number): Range => ({ min: scaled(range.min, factor), max: scaled(range.max, factor) });

function scaled(value: bigint, factor: number): bigint {
  const product = Math.ceil(Number(value) * factor);
  return product >= 2 ** 64 ? MAX : BigInt(product);
}

/** The range that holds both. */
// biome-ignore lint/complexity/useMathMinMax: Math.max takes no bigints
export const union = (a: Range, b: Range): Range => ({ min: lesser(a.min, b.min), max: a.max > b.max ? a.max : b.max });

export const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);
