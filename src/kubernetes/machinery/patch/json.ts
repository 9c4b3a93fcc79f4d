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
  const { op, from } = operation;
  const path = pointer(operation.path);
  switch (op) {
    case 'add':
      add(root, path, structuredClone(valueIn(operation)));
      break;
    case 'remove':
      remove(root, path);
      break;
    case 'replace':
      replace(root, path, structuredClone(valueIn(operation)));
      break;
    case 'test':
      test(root, path, operation.value);
      break;
    case 'move': {
      const value = read(root, pointer(from));
      remove(root, pointer(from));
      add(root, path, value);
      break;
    }
    case 'copy':
      add(root, path, copyOf(root, read(root, pointer(from))));
      break;
    default:
      throw new JsonPatchError(`Unexpected kind: ${String(op)}`);
  }
}

function copyOf(root: Root, value: unknown): unknown {
  const text = JSON.stringify(value);
  root.copied += new TextEncoder().encode(text).length;
  if (root.copied > MAX_COPIED_BYTES) {
    const size = `the accumulated size increase of copy is ${root.copied}`;
    throw new JsonPatchError(`Unable to copy, ${size}, exceeding the limit ${MAX_COPIED_BYTES}`);
  }
  return structuredClone(value);
}

function valueIn(operation: JsonPatchOperation): unknown {
  return operation.value === undefined ? null : operation.value;
}

/** The parts of a JSON pointer. */
function pointer(path: string | undefined): string[] {
  if (typeof path !== 'string') throw new JsonPatchError('operation missing path field');
  if (path === '') return [];
  if (!path.startsWith('/')) throw new JsonPatchError(`doc is missing path: "${path}": missing value`);
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function parentOf(root: Root, path: readonly string[]): { parent: Container; key: string } {
  let at: unknown = root.document;
  for (const part of path.slice(0, -1)) at = isContainer(at) ? child(at, part) : undefined;
  if (!isContainer(at)) throw new JsonPatchError(`doc is missing path: "/${path.join('/')}": missing value`);
  return { parent: at, key: path.at(-1) ?? '' };
}

function child(container: Container, key: string): unknown {
  if (!Array.isArray(container)) return Object.hasOwn(container, key) ? container[key] : undefined;
  const index = indexOf(key, container.length - 1);
  return container[index];
}

/** An index into a list; negative ones count from the end, as the server's library has them. */
function indexOf(key: string, last: number): number {
  if (!/^-?\d+$/.test(key)) throw new JsonPatchError(`invalid array index: ${key}`);
  const index = Number(key);
  const resolved = index < 0 ? index + last + 1 : index;
  if (resolved < 0 || resolved > last) throw new JsonPatchError(`Unable to access invalid index: ${key}: invalid index referenced`);
  return resolved;
}

function add(root: Root, path: readonly string[], value: unknown): void {
  if (path.length === 0) {
    root.document = value;
    return;
  }
  const { parent, key } = parentOf(root, path);
  if (!Array.isArray(parent)) setOwn(parent, key, value);
  else if (key === '-') parent.push(value);
  else parent.splice(indexOf(key, parent.length), 0, value);
}

function remove(root: Root, path: readonly string[]): void {
  const { parent, key } = parentOf(root, path);
  if (Array.isArray(parent)) parent.splice(indexOf(key, parent.length - 1), 1);
  else if (Object.hasOwn(parent, key)) delete parent[key];
  else throw new JsonPatchError(`Unable to remove nonexistent key: ${key}: missing value`);
}

function replace(root: Root, path: readonly string[], value: unknown): void {
  if (path.length === 0) {
    root.document = value;
    return;
  }
  const { parent, key } = parentOf(root, path);
  if (Array.isArray(parent)) parent[indexOf(key, parent.length - 1)] = value;
  else if (Object.hasOwn(parent, key)) setOwn(parent, key, value);
  else throw new JsonPatchError(`replace operation does not apply: doc is missing key: /${path.join('/')}: missing value`);
}

function read(root: Root, path: readonly string[]): unknown {
  if (path.length === 0) return root.document;
  const { parent, key } = parentOf(root, path);
  const value = child(parent, key);
  if (value === undefined) throw new JsonPatchError(`doc is missing key: /${path.join('/')}: missing value`);
  return value;
}

function test(root: Root, path: readonly string[], expected: unknown): void {
  const { parent, key } = path.length ? parentOf(root, path) : { parent: [root.document], key: '0' };
  const found = child(parent, key);
  if (found === undefined && (expected === undefined || expected === null)) return;
  if (!equal(found, expected ?? null)) throw new JsonPatchError(`testing value /${path.join('/')} failed: test failed`);
}

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && equal(left[key], right[key]));
}
