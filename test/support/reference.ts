import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** Facts recorded from a real server, beside the checkout or where SLIPWAY_REFERENCE says; absent on most machines. */
const folder = process.env.SLIPWAY_REFERENCE ?? fileURLToPath(new URL('../../../shared/reference', import.meta.url));

/** False where the recorded facts are absent: `test.skipIf(!hasReference)`. */
export const hasReference = existsSync(folder);

export function referenceText(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

export function referenceJson<T>(name: string): T {
  return JSON.parse(referenceText(name)) as T;
}

/** The lines of `recorded/<name>.jsonl.gz`. */
export function recorded<T>(name: string): T[] {
  const text = gunzipSync(readFileSync(join(folder, 'recorded', `${name}.jsonl.gz`))).toString();
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** A base object with one field changed, as the recorded `set` says: `/-dup` appends a copy of the last item. */
export function withField<T extends object>(object: T, [pointer, value]: readonly [string, unknown]): T {
  const copy = structuredClone(object);
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop() ?? '';
  let at = copy as Record<string, unknown>;
  for (const [index, key] of keys.entries()) {
    const next = keys[index + 1] ?? last;
    at[key] ??= /^(\d+|-dup)$/.test(next) ? [] : {};
    at = at[key] as Record<string, unknown>;
  }
  if (Array.isArray(at) && last === '-dup') at.push(structuredClone(at.at(-1) ?? value));
  else at[last] = value;
  return copy;
}
