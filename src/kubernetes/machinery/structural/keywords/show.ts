import { isObject } from '../json-schema.ts';

/** The value with the keys of its objects sorted, which is how Go's JSON writes them. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}

/** A bad value for a message; null is a word like any other. */
export const shownBad = (value: unknown): unknown => (value === null || value === undefined ? 'null' : sorted(value));

/** A number as Go's `%v` prints a float. */
export function goFloat(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 21) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}
