import { ownValue } from '../merge.ts';
import { sameJson } from '../same-json.ts';
import { type ApplyType, type Atom, itemElement, type ListAtom, type MapAtom } from './atoms.ts';
import { FieldSet } from './field-set.ts';
import { fieldElement, type PathElement } from './path-element.ts';

/** What changed between two versions of an object, as paths. */
export interface Comparison {
  added: FieldSet;
  modified: FieldSet;
  removed: FieldSet;
}

type Json = Record<string, unknown>;

/** Compares two values of one type; undefined stands for a value that is not there. */
export function compareTyped(before: unknown, after: unknown, type: ApplyType): Comparison {
  const comparison = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() };
  compareBelow(before, after, type, comparison);
  return comparison;
}

type Change = keyof Comparison | undefined;

/** Records changes below the values; returns what happened to the value itself where it counts as one. */
function compareBelow(before: unknown, after: unknown, type: ApplyType, into: Comparison): Change {
  let change: Change;
  if (before === undefined || after === undefined || kindOf(before) === kindOf(after) || before === null || after === null) {
    const sample = after === undefined || (after === null && before !== undefined) ? before : after;
    change = compareAs(before, after, type.atomOf(sample), into);
  } else {
    change = compareAs(before, after, type.atomOf(before), into) ?? compareAs(before, after, type.atomOf(after), into);
  }
  if (before === undefined) return 'added';
  if (after === undefined) return 'removed';
  return change;
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'list' : typeof value);

function compareAs(before: unknown, after: unknown, atom: Atom, into: Comparison): Change {
  if (atom.kind === 'scalar' || isLeaf(before, after, atom))
    return before !== undefined && after !== undefined && !sameJson(before, after) ? 'modified' : undefined;
  if (atom.kind === 'list') compareItems(listOf(before), listOf(after), atom, into);
  else compareFields(mapOf(before), mapOf(after), atom, into);
  return undefined;
}

/** Atomic values count whole, and so do empty ones, so that empty and absent stay apart. */
function isLeaf(before: unknown, after: unknown, atom: ListAtom | MapAtom): boolean {
  if (atom.kind === 'list') return atom.relation === 'atomic' || (listOf(before).length === 0 && listOf(after).length === 0);
  return atom.atomic || (isEmptyMap(mapOf(before)) && isEmptyMap(mapOf(after)));
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const mapOf = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});

function isEmptyMap(map: Json): boolean {
  for (const key in map) if (map[key] !== undefined) return false;
  return true;
}

function compareFields(before: Json, after: Json, atom: MapAtom, into: Comparison): void {
  for (const name in before) if (before[name] !== undefined) compareField(name, before[name], ownValue(after, name), atom, into);
  for (const name in after)
    if (after[name] !== undefined && ownValue(before, name) === undefined) compareField(name, undefined, after[name], atom, into);
}

function compareField(name: string, before: unknown, after: unknown, atom: MapAtom, into: Comparison): void {
  const type = atom.fields?.get(name) ?? atom.values;
  if (type && before !== after) compareAt(fieldElement(name), before, after, type, into);
}

function compareAt(element: PathElement, before: unknown, after: unknown, type: ApplyType, into: Comparison): void {
  const below: Comparison = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() };
  const change = compareBelow(before, after, type, below);
  if (change) into[change].members.add(element);
  for (const kind of ['added', 'modified', 'removed'] as const) {
    const set = below[kind];
    if (set.members.size > 0 || set.children.size > 0) into[kind].children.set(element, set);
  }
}

function compareItems(before: readonly unknown[], after: readonly unknown[], atom: ListAtom, into: Comparison): void {
  const [old, now] = [grouped(before, atom), grouped(after, atom)];
  for (const element of new Set([...old.keys(), ...now.keys()])) {
    compareGroup(element, old.get(element) ?? [], now.get(element) ?? [], atom, into);
  }
}

function grouped(items: readonly unknown[], atom: ListAtom): Map<PathElement, unknown[]> {
  const groups = new Map<PathElement, unknown[]>();
  for (const item of items) {
    const element = itemElement(atom, item);
    const group = groups.get(element);
    if (group) group.push(item);
    else groups.set(element, [item]);
  }
  return groups;
}

/** Several items with the same key are compared as one. */
function compareGroup(element: PathElement, before: unknown[], after: unknown[], atom: ListAtom, into: Comparison): void {
  if (before.length <= 1 && after.length <= 1) {
    compareAt(element, before[0], after[0], atom.items, into);
  } else if (before.length > 1 && after.length > 1) {
    if (!sameJson(before, after)) into.modified.members.add(element);
  } else if (before.length > 1) {
    if (after.length) compareAt(element, undefined, after[0], atom.items, into);
    into.removed.members.add(element);
  } else {
    if (before.length) compareAt(element, before[0], undefined, atom.items, into);
    into.added.members.add(element);
  }
}
