import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  signOf,
  subtractQuantities,
  zeroQuantity,
} from '../../machinery/quantity.ts';
import type { ResourceList } from '../core/resource-list.ts';

/** Exact amounts by resource name. */
export type Amounts = Readonly<Record<string, Quantity>>;

export const one: Quantity = parseQuantity('1');

/** A whole number of something that is counted. */
export function countOf(count: number): Quantity {
  return { mantissa: BigInt(count), exponent: 0, format: 'DecimalSI' };
}

export function parseAmounts(list: ResourceList | undefined): Amounts {
  return mapAmounts(list ?? {}, parseQuantity);
}

export function formatAmounts(amounts: Amounts): ResourceList {
  return mapAmounts(amounts, formatQuantity);
}

/** `cpu=1,pods=2`, sorted: how messages show amounts. */
export function showAmounts(amounts: Amounts): string {
  return Object.keys(amounts)
    .sort()
    .map((name) => `${name}=${formatQuantity(amounts[name] ?? zeroQuantity)}`)
    .join(',');
}

/** Everything that is in either. */
export function addAmounts(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, addQuantities);
}

/** The larger of both. */
export function mostAmounts(a: Amounts, b: Amounts): Amounts {
  return combine(a, b, (x, y) => (compareQuantities(x, y) < 0 ? y : x));
}

/** What `a` has more than `b`, never less than nothing. */
export function increase(a: Amounts, b: Amounts): Amounts {
  return mapAmounts(a, (amount, name) => {
    const before = b[name];
    const more = before ? subtractQuantities(amount, before) : amount;
    return signOf(more) < 0 ? { ...zeroQuantity, format: more.format } : more;
  });
}

/** Only these. */
export function maskAmounts(amounts: Amounts, names: Iterable<string>): Amounts {
  const wanted = new Set(names);
  return filterAmounts(amounts, (_amount, name) => wanted.has(name));
}

export function withoutZeros(amounts: Amounts): Amounts {
  return filterAmounts(amounts, (amount) => signOf(amount) !== 0);
}

/** Names of what is over its limit; what has none is not. */
export function namesOver(amounts: Amounts, limits: Amounts): string[] {
  return Object.keys(amounts).filter((name) => {
    const [amount, limit] = [amounts[name], limits[name]];
    return amount && limit && compareQuantities(amount, limit) > 0;
  });
}

export function negativeNames(amounts: Amounts): string[] {
  return Object.keys(amounts).filter((name) => signOf(amounts[name] ?? zeroQuantity) < 0);
}

export function sameAmounts(a: Amounts, b: Amounts): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => {
    const [left, right] = [a[name], b[name]];
    return left && right && compareQuantities(left, right) === 0;
  });
}

function combine(a: Amounts, b: Amounts, both: (x: Quantity, y: Quantity) => Quantity): Amounts {
  const result: Record<string, Quantity> = { ...a };
  for (const [name, amount] of Object.entries(b)) result[name] = result[name] ? both(result[name], amount) : amount;
  return result;
}

function filterAmounts(amounts: Amounts, keep: (amount: Quantity, name: string) => boolean): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([name, amount]) => keep(amount, name)));
}

function mapAmounts<From, To>(from: Readonly<Record<string, From>>, to: (value: From, name: string) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, to(value, name)]));
}
