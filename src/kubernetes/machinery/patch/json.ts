import { goQuote } from '../validation/go-text.ts';
import { setOwn } from './merge.ts';

/** JSON patch (RFC 6902). Written here because the server's answers need Go's reading of every corner. */

/** A patch that does not fit the document. */
export class JsonPatchError extends Error {
  override readonly name = 'JsonPatchError';
}

/** A few copies, each of what the one before made, would fill any memory. */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;

export interface JsonPatchOperation {
  op?: string;
  path?: string;
  from?: string;
  value?: unknown;
}

type Container = Record<string, unknown> | unknown[];

/** Where an operation points to: there need not be anything yet. */
interface Place {
  readonly parent: Container;
  readonly key: string;
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

/** The document after all operations; `document` itself is left as it is. */
export function jsonPatch(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const root = { document: structuredClone(document), copied: 0 };
  // Go reads a null as an operation without an `op`.
  for (const operation of operations) perform(root, operation ?? {});
  return root.document;
}

interface Root {
  document: unknown;
  /** Bytes of what was copied. */
  copied: number;
}

function perform(root: Root, operation: JsonPatchOperation): void {
  const { op } = operation;
  const kind = typeof op === 'string' ? op : 'unknown';
  const operate = OPERATIONS.get(kind);
  if (!operate) throw new JsonPatchError(`Unexpected kind: ${kind}`);
  operate(root, operation);
}

const OPERATIONS: ReadonlyMap<string, (root: Root, operation: JsonPatchOperation) => void> = new Map([
  ['add', add],
  ['remove', remove],
  ['replace', replace],
  ['move', move],
  ['copy', copy],
  ['test', test],
]);

function add(root: Root, operation: JsonPatchOperation): void {
  const path = within('add operation failed to decode path', () => pathOf(operation), 'missing value');
  const place = placeOf(root, path, `add operation does not apply: doc is missing path: "${path}"`);
  within(`error in add for path: '${path}'`, () => insert(place, valueIn(operation)));
}

function remove(root: Root, operation: JsonPatchOperation): void {
  const path = within('remove operation failed to decode path', () => pathOf(operation), 'missing value');
  const place = placeOf(root, path, `remove operation does not apply: doc is missing path: "${path}"`);
  within(`error in remove for path: '${path}'`, () => takeOut(place));
}

/** As the server's library has it, what a map does not have yet can be replaced. */
function replace(root: Root, operation: JsonPatchOperation): void {
  const path = within('replace operation failed to decode path', () => pathOf(operation));
  const value = valueIn(operation);
  if (path === '') {
    if (!isContainer(value)) throw new JsonPatchError('replace operation value must be object or array: %!w(<nil>)');
    root.document = value;
    return;
  }
  const { parent, key } = placeOf(root, path, `replace operation does not apply: doc is missing path: ${path}`);
  if (!Array.isArray(parent)) {
    setOwn(parent, key, value);
    return;
  }
  const index = within(
    `replace operation does not apply: doc is missing key: ${path}`,
    () => indexOf(key, parent.length - 1),
    'missing value',
  );
  parent[index] = value;
}

function move(root: Root, operation: JsonPatchOperation): void {
  const from = within('move operation failed to decode from', () => fromOf(operation));
  const source = placeOf(root, from, `move operation does not apply: doc is missing from path: ${from}`);
  const value = within(`error in move for path: '${source.key}'`, () => {
    const found = valueAt(source);
    takeOut(source);
    return found;
  });
  const path = within('move operation failed to decode path', () => pathOf(operation));
  const place = placeOf(root, path, `move operation does not apply: doc is missing destination path: ${path}`);
  within(`error in move for path: '${path}'`, () => insert(place, value));
}

function copy(root: Root, operation: JsonPatchOperation): void {
  const from = within('copy operation failed to decode from', () => fromOf(operation));
  const source = placeOf(root, from, `copy operation does not apply: doc is missing from path: ${from}`);
  const value = within(`error in copy for from: '${from}'`, () => valueAt(source));
  const path = within('copy operation failed to decode path', () => pathOf(operation), 'missing value');
  const place = placeOf(root, path, `copy operation does not apply: doc is missing destination path: ${path}`);
  const copied = copyOf(root, value);
  within('error while adding value during copy', () => insert(place, copied));
}

function test(root: Root, operation: JsonPatchOperation): void {
  const path = within('test operation failed to decode path', () => pathOf(operation));
  const expected = operation.value ?? null;
  let found = root.document;
  if (path !== '') {
    const place = placeOf(root, path, `test operation does not apply: is missing path: ${path}`);
    found = within(`error in test for path: '${path}'`, () => valueAt(place));
  }
  if (!equal(found, expected)) throw new JsonPatchError(`testing value ${path} failed: test failed`);
}

/** What `attempt` returns; its failure is told within what was attempted, or as `cause` has it. */
function within<T>(what: string, attempt: () => T, cause?: string): T {
  try {
    return attempt();
  } catch (error) {
    if (!(error instanceof JsonPatchError)) throw error;
    throw new JsonPatchError(`${what}: ${cause ?? error.message}`);
  }
}

function copyOf(root: Root, value: unknown): unknown {
  if (value === null) return value;
  const text = JSON.stringify(value);
  root.copied += new TextEncoder().encode(text).length;
  if (root.copied > MAX_COPIED_BYTES) {
    const size = `the accumulated size increase of copy is ${root.copied}`;
    throw new JsonPatchError(`Unable to copy, ${size}, exceeding the limit ${MAX_COPIED_BYTES}`);
  }
  return structuredClone(value);
}

const valueIn = ({ value }: JsonPatchOperation): unknown => structuredClone(value ?? null);

const pathOf = ({ path }: JsonPatchOperation): string => textOf(path, 'operation missing path field: missing value');

const fromOf = ({ from }: JsonPatchOperation): string => textOf(from, 'operation, missing from field: missing value');

function textOf(value: unknown, absent: string): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) throw new JsonPatchError(absent);
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  throw new JsonPatchError(`json: cannot unmarshal ${found} into Go value of type string`);
}

/** The place a JSON pointer names; what stands before its first slash does not count. */
function placeOf(root: Root, path: string, missing: string): Place {
  const parts = path.split('/').slice(1).map(unescaped);
  const key = parts.pop();
  let at: unknown = root.document;
  for (const part of parts) at = isContainer(at) ? child(at, part) : undefined;
  if (key === undefined || !isContainer(at)) throw new JsonPatchError(`${missing}: missing value`);
  return { parent: at, key };
}

const unescaped = (part: string): string => part.replace(/~[01]/g, (code) => (code === '~1' ? '/' : '~'));

function child(container: Container, key: string): unknown {
  if (!Array.isArray(container)) return Object.hasOwn(container, key) ? container[key] : undefined;
  return INDEX.test(key) ? container.at(Number(key)) : undefined;
}

/** What is at a place; of a map null where nothing is. */
function valueAt({ parent, key }: Place): unknown {
  if (Array.isArray(parent)) return parent[indexOf(key, parent.length - 1)];
  return child(parent, key) ?? null;
}

function insert({ parent, key }: Place, value: unknown): void {
  if (!Array.isArray(parent)) setOwn(parent, key, value);
  else if (key === '-') parent.push(value);
  else {
    const where = `value was not a proper array index: '${key}'`;
    parent.splice(INDEX.test(key) ? indexOf(key, parent.length) : within(where, () => indexOf(key, 0)), 0, value);
  }
}

function takeOut({ parent, key }: Place): void {
  if (Array.isArray(parent)) parent.splice(indexOf(key, parent.length - 1), 1);
  else if (Object.hasOwn(parent, key)) delete parent[key];
  else throw new JsonPatchError(`Unable to remove nonexistent key: ${key}: missing value`);
}

const INDEX = /^[+-]?\d+$/;

/** An index into a list; negative ones count from the end, as the server's library has them. */
function indexOf(key: string, last: number): number {
  if (!INDEX.test(key)) throw new JsonPatchError(`strconv.Atoi: parsing ${goQuote(key)}: invalid syntax`);
  const index = Number(key);
  const resolved = index < 0 ? index + last + 1 : index;
  if (resolved < 0 || resolved > last) throw new JsonPatchError(`Unable to access invalid index: ${index}: invalid index referenced`);
  return resolved;
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}
