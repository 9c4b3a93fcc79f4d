import { sameJson } from '../../patch/same-json.ts';
import { notSupported } from '../../validation/faults.ts';
import { goJson } from '../../validation/go-text.ts';
import type { Check } from '../check.ts';
import type { JsonSchema } from '../json-schema.ts';
import { shownBad, sorted } from './show.ts';

/** `enum`; it also holds for null. */
export function enumCheck({ enum: allowed = [] }: JsonSchema): Check | undefined {
  if (allowed.length === 0) return undefined;
  const names = allowed.map((value) => (typeof value === 'string' ? value : goJson(sorted(value))));
  return (value, path, into) => {
    if (value !== null && allowed.some((candidate) => sameJson(candidate, value))) return;
    into.add(notSupported(path, shownBad(value), names));
  };
}
