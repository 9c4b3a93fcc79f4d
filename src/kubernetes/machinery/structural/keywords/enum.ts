import { sameJson } from '../../patch/same-json.ts';
import { notSupported } from '../../validation/faults.ts';
import { goJson } from '../../validation/go-text.ts';
import type { Check } from '../check.ts';
import type { JsonSchema } from '../json-schema.ts';
import { sorted } from './show.ts';

/** `enum`; it also holds for null. */
export function enumCheck({ enum: allowed = [] }: JsonSchema): Check | undefined {
  if (allowed.length === 0) return undefined;
  const names = allowed.map((value) => (typeof value === 'string' ? value : goJson(sorted(value))));
  return (value, path, into) => {
    if (value !== null && allowed.some((candidate) => isThat(candidate, value))) return;
    into.add(notSupported(path, sorted(value), names));
  };
}

/** Numbers are compared as what the enumeration has: as whole ones with whole ones, whatever comes after the point. */
function isThat(candidate: unknown, value: unknown): boolean {
  if (typeof candidate === 'number' && typeof value === 'number' && Number.isInteger(candidate)) return Math.trunc(value) === candidate;
  return sameJson(candidate, value);
}
