import { canonicalQuantity } from '../quantity.ts';
import type { ScalarKind } from '../schema/schema.ts';
import { base64Fault, base64OfBytes, canonicalBase64 } from './base64.ts';
import { readMicroTime, readTime } from './go-time.ts';

/** Thrown by the fast reader for anything it would have to report; the careful reader then says what it was. */
class Unclean extends Error {
  override readonly name = 'Unclean';
}

/** Without the cost of a stack: the careful reader finds the place again. */
const unclean = Object.freeze(new Unclean('not as the schema says'));

export function fail(): never {
  throw unclean;
}

const MAX_INT32 = 2 ** 31;

/** How one kind of scalar is read; the value as the server would write it back. */
export type ScalarReader = (value: unknown) => unknown;

export const READERS: Readonly<Record<ScalarKind, ScalarReader>> = {
  string: (value) => (typeof value === 'string' ? value : fail()),
  boolean: (value) => (typeof value === 'boolean' ? value : fail()),
  int32: (value) =>
    Number.isInteger(value) && (value as number) < MAX_INT32 && (value as number) >= -MAX_INT32 ? (value as number) + 0 : fail(),
  int64: (value) => (Number.isInteger(value) ? (value as number) + 0 : typeof value === 'bigint' ? value : fail()),
  double: (value) => (typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : fail()),
  bytes: readBytes,
  quantity: readQuantity,
  time: (value) => (typeof value === 'string' ? readTime(value) : fail()),
  microtime: (value) => (typeof value === 'string' ? readMicroTime(value) : fail()),
  duration: (value) => (typeof value === 'string' ? value : fail()),
  intOrString: (value) => (typeof value === 'string' ? value : READERS.int32(value)),
  fieldsV1: (value) => value,
  raw: (value) => value,
  json: (value) => value,
};

/** Base64, or what Go's decoder also takes: a list of numbers. */
function readBytes(value: unknown): string {
  if (typeof value === 'string') return base64Fault(value) < 0 ? canonicalBase64(value) : fail();
  if (!Array.isArray(value) || !value.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)) fail();
  return base64OfBytes(Uint8Array.from(value));
}

const KNOWN_LIMIT = 4096;
const known = new Map<string, string>();

function readQuantity(value: unknown): string {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'number' || typeof value === 'bigint' ? String(value) : fail();
  const cached = known.get(text);
  if (cached !== undefined) return cached;
  const canonical = canonicalQuantity(text);
  if (known.size >= KNOWN_LIMIT) known.clear();
  known.set(text, canonical);
  return canonical;
}

/** What JSON shows for an absent scalar that is no pointer and not left out. */
export const ZEROS: Readonly<Record<ScalarKind, unknown>> = {
  string: '',
  boolean: false,
  int32: 0,
  int64: 0,
  double: 0,
  bytes: null,
  quantity: '0',
  time: null,
  microtime: null,
  duration: '0s',
  intOrString: 0,
  fieldsV1: null,
  raw: null,
  json: null,
};

/** Scalars that are structs in Go, so that `omitempty` never leaves them out. */
export const STRUCT_SCALARS: ReadonlySet<ScalarKind> = new Set([
  'quantity',
  'time',
  'microtime',
  'duration',
  'intOrString',
  'raw',
  'fieldsV1',
]);
