import { type ApplyType, itemElement, type ListAtom, type MapAtom } from './atoms.ts';
import { FieldSet } from './field-set.ts';
import { fieldElement, type PathElement } from './path-element.ts';

type Json = Record<string, unknown>;

/** The paths that whoever writes `value` comes to own. */
export function ownedFields(value: unknown, type: ApplyType): FieldSet {
  const set = new FieldSet();
  visitBelow(value, type, set);
  return set;
}

/** Adds what lies below `value` to `set`; true when the value itself is a leaf and has to be owned by its parent. */
function visitBelow(value: unknown, type: ApplyType, set: FieldSet): boolean {
  const atom = type.atomOf(value);
  if (atom.kind === 'scalar') return true;
  if (atom.kind === 'list') {
    if (atom.relation === 'atomic') return true;
    if (Array.isArray(value)) visitItems(value, atom, set);
    return false;
  }
  if (atom.atomic) return true;
  if (value !== null && value !== undefined) visitFields(value as Json, atom, set);
  return false;
}

/** Items that cannot be told apart are owned together. */
function visitItems(items: readonly unknown[], atom: ListAtom, set: FieldSet): void {
  const counts = new Map<PathElement, number>();
  const elements = items.map((item) => itemElement(atom, item));
  for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
  for (const [index, element] of elements.entries()) {
    set.members.add(element);
    if (counts.get(element) === 1) descend(items[index], atom.items, element, set);
  }
}

function visitFields(fields: Json, atom: MapAtom, set: FieldSet): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const type = atom.fields?.get(name) ?? atom.values;
    if (!type) continue;
    const element = fieldElement(name);
    const leaf = descend(value, type, element, set);
    const emptyMap = value === null || (typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === 0);
    if (leaf || emptyMap || !atom.fields?.has(name)) set.members.add(element);
  }
}

function descend(value: unknown, type: ApplyType, element: PathElement, set: FieldSet): boolean {
  const below = new FieldSet();
  const leaf = visitBelow(value, type, below);
  if (!below.empty) set.children.set(element, below);
  return leaf;
}
