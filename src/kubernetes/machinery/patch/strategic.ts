import type { SchemaLookup } from '../schema/schema.ts';
import { setOwn, withoutNulls } from './merge.ts';
import { sameJson } from './same-json.ts';
import {
  goTypeOf,
  ListOfListsError,
  StrategicPatchError,
  StrategicPatchFormatError,
  show,
  unknownDirective,
  wrongType,
} from './strategic/errors.ts';
import { interleave, keyOf, partition, positionOf } from './strategic/order.ts';
import { type PatchField, type PatchType, patchTypeOf } from './strategic/patch-type.ts';

export { StrategicPatchFormatError } from './strategic/errors.ts';

type Json = Record<string, unknown>;

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const SET_ORDER = '$setElementOrder/';
const DELETE_PRIMITIVES = '$deleteFromPrimitiveList/';

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Merges a strategic merge patch into an object of the definition named `schema`: lists with a merge key are merged
 * item by item, and `$` directives say what merging cannot. Changes neither.
 */
export function strategicMergePatch(original: object, patch: object, schema: string, lookup: SchemaLookup): Json {
  return mergeMap(structuredClone(original) as Json, structuredClone(patch) as Json, patchTypeOf(schema, lookup));
}

/** Merges into `original`, and uses up `patch`. */
function mergeMap(original: Json, patch: Json, type: PatchType): Json {
  if (DIRECTIVE in patch) return directed(patch);
  retainKeys(original, patch);
  mergeOrderedLists(original, patch, type);
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith(DELETE_PRIMITIVES)) deletePrimitives(original, key.slice(DELETE_PRIMITIVES.length), value, type);
    else mergeField(original, key, value, type);
  }
  return original;
}

function directed(patch: Json): Json {
  const { [DIRECTIVE]: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw unknownDirective(directive, patch);
}

function mergeField(original: Json, key: string, value: unknown, type: PatchType): void {
  if (value === null) {
    delete original[key];
    return;
  }
  const current = Object.hasOwn(original, key) ? original[key] : undefined;
  if (isMap(current) && isMap(value)) {
    const field = type.field(key);
    setOwn(original, key, strategyOf(field) === 'replace' ? value : mergeMap(current, value, field.type));
  } else if (Array.isArray(current) && Array.isArray(value)) {
    setOwn(original, key, mergeList(current, value, type.field(key)));
  } else {
    const added = withoutDirectives(withoutNulls(value));
    if (added === undefined) delete original[key];
    else setOwn(original, key, added);
  }
}

/** `retainKeys` comes with `merge` or `replace`, or alone. */
const strategyOf = ({ strategies }: PatchField): string => strategies.find((strategy) => strategy !== 'retainKeys') ?? '';

/** Removes what `$retainKeys` does not list; a union keeps one member that way. */
function retainKeys(original: Json, patch: Json): void {
  const keep = patch[RETAIN_KEYS];
  if (keep === undefined) return;
  delete patch[RETAIN_KEYS];
  if (!Array.isArray(keep)) throw new StrategicPatchFormatError('invalid patch format of retainKeys');
  const named = Object.keys(patch).filter((key) => patch[key] !== null && !key.startsWith(SET_ORDER) && !key.startsWith(DELETE_PRIMITIVES));
  if (!named.every((key) => keep.includes(key))) throw new StrategicPatchFormatError('invalid patch format of retainKeys');
  for (const key of Object.keys(original)) if (!keep.includes(key)) delete original[key];
}

function deletePrimitives(original: Json, key: string, value: unknown, type: PatchType): void {
  const current = Object.hasOwn(original, key) ? original[key] : undefined;
  if (value === null) delete original[key];
  else if (Array.isArray(current) && Array.isArray(value)) {
    const primitive = elementType(current, value) !== 'map[string]interface {}';
    const left = primitive
      ? current.filter((item) => !value.some((gone) => sameJson(gone, item)))
      : mergeList(current, value, { ...type.field(key), strategies: ['merge'] });
    setOwn(original, key, left);
  }
}

/** Lists that come with `$setElementOrder` are merged and ordered here and taken out of the patch. */
function mergeOrderedLists(original: Json, patch: Json, type: PatchType): void {
  for (const directive of Object.keys(patch).filter((key) => key.startsWith(SET_ORDER))) {
    const order = listOf(patch[directive]);
    delete patch[directive];
    const key = directive.slice(SET_ORDER.length);
    const current = Object.hasOwn(original, key) ? listOf(original[key]) : undefined;
    const changes = Object.hasOwn(patch, key) ? listOf(patch[key]) : undefined;
    const field = type.field(key);
    if (changes && changes.length > 0 && order.length > 0) checkOrder(changes, order, field.mergeKey);
    if (!current && !changes) continue;
    delete patch[key];
    setOwn(original, key, orderedList(current, changes, order, field));
  }
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw wrongType('[]interface {}', value);
  return value;
}

function orderedList(current: unknown[] | undefined, changes: unknown[] | undefined, order: unknown[], field: PatchField): unknown[] {
  const before = current ?? [];
  let merged = before;
  if (changes) merged = current ? mergeList([...current], changes, field) : (withoutDirectives(changes) as unknown[]);
  const { ours, serverOnly } = partition(merged, order, field.mergeKey);
  if (elementType(before, changes ?? []) === undefined) throw new StrategicPatchError('no elements in any of the given slices');
  return interleave(ours, serverOnly, order, before, field.mergeKey);
}

/** The order must name every item of the patch, in the patch's order. */
function checkOrder(changes: readonly unknown[], order: readonly unknown[], mergeKey: string): void {
  let at = 0;
  for (const item of changes) {
    if (mergeKey !== '' && !isMap(item)) throw wrongType('map[string]interface {}', item);
    if (isMap(item) && DIRECTIVE in item) continue;
    const place = positionOf(order.slice(at), item, mergeKey);
    if (place < 0) {
      throw new StrategicPatchError(`The order in patch list:\n${show(changes)}\n doesn't match $setElementOrder list:\n${show(order)}\n`);
    }
    at += place + 1;
  }
}

/** What the items of both lists are, which must be the same; undefined where there are none. */
function elementType(current: readonly unknown[], changes: readonly unknown[]): string | undefined {
  const types = new Set([...current, ...changes].map(goTypeOf));
  if (types.has('[]interface {}')) throw new ListOfListsError('lists of lists are not supported');
  if (types.size > 1) throw new StrategicPatchError(`list element types are not identical: ${show([current, changes])}`);
  return types.values().next().value;
}

function mergeList(current: unknown[], patch: unknown[], field: PatchField): unknown[] {
  if (strategyOf(field) !== 'merge') return patch;
  if (current.length === 0 && patch.length === 0) return current;
  if (elementType(current, patch) !== 'map[string]interface {}') return mergePrimitives(current, patch);
  if (field.mergeKey === '') throw new StrategicPatchError(`cannot merge lists without merge key for ${field.type.goKind}`);
  const { items, changes } = specialItems(current, patch, field.mergeKey);
  const before = [...items];
  const merged = mergeItems(items, changes, field);
  const { ours, serverOnly } = partition(merged, changes, field.mergeKey);
  return interleave(ours, serverOnly, changes, before, field.mergeKey);
}

function mergePrimitives(current: readonly unknown[], patch: readonly unknown[]): unknown[] {
  const merged: unknown[] = [];
  for (const item of [...current, ...patch]) if (!merged.some((known) => sameJson(known, item))) merged.push(item);
  const { ours, serverOnly } = partition(merged, patch, '');
  return interleave(ours, serverOnly, patch, current, '');
}

/** Carries out `$patch` items of a list: deletes what they name, or starts afresh. */
function specialItems(current: unknown[], patch: readonly unknown[], mergeKey: string): { items: unknown[]; changes: unknown[] } {
  let items = current;
  let replace = false;
  const changes: unknown[] = [];
  for (const item of patch) {
    if (!isMap(item)) continue;
    const directive = item[DIRECTIVE];
    if (directive === undefined) changes.push(item);
    else if (directive === 'delete') {
      const key = keyOf(item, mergeKey);
      items = items.filter((other) => !isMap(other) || !sameJson(other[mergeKey], key));
    } else if (directive === 'replace') replace = true;
    else if (directive === 'merge') throw new StrategicPatchError('merging lists cannot yet be specified in the patch');
    else throw unknownDirective(directive, item);
  }
  return replace ? { items: changes, changes: [] } : { items, changes };
}

function mergeItems(items: readonly unknown[], changes: readonly unknown[], field: PatchField): unknown[] {
  const merged = [...items];
  for (const change of changes) {
    keyOf(change, field.mergeKey);
    const place = positionOf(merged, change, field.mergeKey);
    if (place < 0) merged.push(change);
    else merged[place] = mergeMap(structuredClone(merged[place]) as Json, structuredClone(change) as Json, field.type);
  }
  return merged;
}

/** A value that is new to the object, without the parts that would direct how it is merged; undefined where it is one itself. */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (DIRECTIVE in value) return undefined;
  const kept: Json = {};
  for (const [key, item] of Object.entries(value)) {
    const rest = withoutDirectives(item);
    if (rest !== undefined) setOwn(kept, key, rest);
  }
  return kept;
}
