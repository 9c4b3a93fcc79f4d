import { goQuote } from '../../validation/go-text.ts';

/**
 * One step into an object, in the spelling of FieldsV1: `f:name` a field, `k:{"name":"c"}` a list item by its keys,
 * `v:"x"` a member of a set, `i:0` a list item by position.
 */
export type PathElement = string;

export const fieldElement = (name: string): PathElement => `f:${name}`;

/** Keys are sorted, as they are written. */
export function keyElement(keys: Readonly<Record<string, unknown>>): PathElement {
  const names = Object.keys(keys).sort();
  return `k:{${names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(keys[name])}`).join(',')}}`;
}

export const valueElement = (value: unknown): PathElement => `v:${JSON.stringify(value)}`;

export const indexElement = (index: number): PathElement => `i:${index}`;

/** The name of a field element; undefined for the others. */
export const fieldNameOf = (element: PathElement): string | undefined => (element.startsWith('f:') ? element.slice(2) : undefined);

const RANKS: Readonly<Record<string, number>> = { f: 0, k: 1, v: 2, i: 3 };

/** The order in which elements are listed: fields, keys, values, positions. */
export function compareElements(a: PathElement, b: PathElement): number {
  const rank = (RANKS[a[0] ?? ''] ?? 4) - (RANKS[b[0] ?? ''] ?? 4);
  if (rank !== 0) return rank;
  if (a !== b && (NUMBER.test(a) || NUMBER.test(b)) && !a.startsWith('f:')) return compareValues(contentOf(a), contentOf(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where an element may hold a number, which is not ordered as its text is. */
const NUMBER = /:-?\d/;

/** What an element holds: the value or position, or the names and values of its keys in turn. */
function contentOf(element: PathElement): unknown {
  const value: unknown = JSON.parse(element.slice(2));
  return element.startsWith('k:') ? Object.entries(value as object).flat() : value;
}

/** Numbers come before strings, and those before the rest; lists are compared item by item. */
function compareValues(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    for (const [index, item] of a.entries()) {
      if (index >= b.length) return 1;
      const order = compareValues(item, b[index]);
      if (order !== 0) return order;
    }
    return a.length - b.length;
  }
  if (typeof a !== typeof b) return TYPES.indexOf(typeof a) - TYPES.indexOf(typeof b);
  const [left, right] = [a as string | number | boolean, b as string | number | boolean];
  return left < right ? -1 : left > right ? 1 : 0;
}

const TYPES = ['number', 'string', 'boolean', 'object'];

/** As conflict messages show a step: `.spec`, `[name="c"]`, `[="x"]`, `[0]`. */
export function showElement(element: PathElement): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'k': {
      const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>);
      return `[${keys.map(([name, value]) => `${name}=${showValue(value)}`).join(',')}]`;
    }
    case 'v':
      return `[=${showValue(JSON.parse(rest))}]`;
    default:
      return `[${rest}]`;
  }
}

const showValue = (value: unknown): string => (typeof value === 'string' ? goQuote(value) : String(value));

export const showPath = (path: readonly PathElement[]): string => path.map(showElement).join('');
