import { setOwn } from '../merge.ts';
import { type ApplyType, itemElement, type ListAtom, type MapAtom } from './atoms.ts';
import { FieldSet } from './field-set.ts';
import { fieldElement, fieldNameOf } from './path-element.ts';

type Json = Record<string, unknown>;

/** The value without the paths in `removed`; null where nothing is left of a map or list. */
export function removeFields(value: unknown, removed: FieldSet, type: ApplyType): unknown {
  const atom = type.atomOf(value);
  if (atom.kind === 'scalar') return value;
  if (atom.kind === 'list') return Array.isArray(value) && atom.relation !== 'atomic' ? removeItems(value, removed, atom) : null;
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMap && !atom.atomic ? removeEntries(value as Json, removed, atom) : null;
}

function removeItems(items: readonly unknown[], removed: FieldSet, atom: ListAtom): unknown[] | null {
  const kept: unknown[] = [];
  for (const item of items) {
    const element = itemElement(atom, item);
    if (removed.members.has(element)) continue;
    const below = removed.children.get(element);
    kept.push(below && !below.empty ? removeFields(item, below, atom.items) : item);
  }
  return kept.length ? kept : null;
}

function removeEntries(fields: Json, removed: FieldSet, atom: MapAtom): Json | null {
  const kept: Json = {};
  let count = 0;
  for (const [name, value] of Object.entries(fields)) {
    const element = fieldElement(name);
    if (value === undefined || removed.members.has(element)) continue;
    const below = removed.children.get(element);
    const type = atom.fields?.get(name) ?? atom.values;
    const rest = below && !below.empty && type ? removeFields(value, below, type) : value;
    setOwn(kept, name, rest);
    count++;
  }
  return count ? kept : null;
}

/** The set, and every struct field on the way to its paths. Maps and list items on the way are not added. */
export function withNamedFields(set: FieldSet, type: ApplyType): FieldSet {
  const result = new FieldSet();
  for (const element of set.members) result.members.add(element);
  const map = type.atomOf({});
  const list = type.atomOf([]);
  for (const [element, child] of set.children) {
    const name = fieldNameOf(element);
    const fieldType = name === undefined || map.kind !== 'map' ? undefined : (map.fields?.get(name) ?? map.values);
    if (name !== undefined && map.kind === 'map' && map.fields?.has(name)) result.members.add(element);
    const below = name === undefined && element.startsWith('k:') && list.kind === 'list' ? list.items : fieldType;
    result.children.set(element, below ? withNamedFields(child, below) : child);
  }
  return result;
}
