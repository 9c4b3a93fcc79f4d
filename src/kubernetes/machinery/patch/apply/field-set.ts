import { compareElements, type PathElement } from './path-element.ts';

/** A set of paths into an object: who owns what. A path may be a member without the paths below it, and the reverse. */
export class FieldSet {
  readonly members = new Set<PathElement>();
  readonly children = new Map<PathElement, FieldSet>();

  get empty(): boolean {
    if (this.members.size > 0) return false;
    for (const child of this.children.values()) if (!child.empty) return false;
    return true;
  }

  insert(path: readonly PathElement[]): this {
    let at: FieldSet = this;
    for (let depth = 0; depth < path.length - 1; depth++) at = at.childAt(path[depth] as PathElement);
    at.members.add(path.at(-1) as PathElement);
    return this;
  }

  /** The set below `element`, made where there is none. */
  childAt(element: PathElement): FieldSet {
    const known = this.children.get(element);
    if (known) return known;
    const child = new FieldSet();
    this.children.set(element, child);
    return child;
  }

  /** Calls `visit` with every path, the shorter before the longer ones beside them. */
  forEach(visit: (path: readonly PathElement[]) => void, prefix: readonly PathElement[] = []): void {
    for (const element of [...this.members].sort(compareElements)) visit([...prefix, element]);
    for (const element of [...this.children.keys()].sort(compareElements)) this.children.get(element)?.forEach(visit, [...prefix, element]);
  }

  equals(other: FieldSet): boolean {
    return JSON.stringify(toFieldsV1(this)) === JSON.stringify(toFieldsV1(other));
  }
}

export const emptyFieldSet: FieldSet = new FieldSet();

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const result = new FieldSet();
  for (const element of a.members) result.members.add(element);
  for (const element of b.members) result.members.add(element);
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    result.children.set(element, other ? union(child, other) : child);
  }
  for (const [element, child] of b.children) if (!a.children.has(element)) result.children.set(element, child);
  return result;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const result = new FieldSet();
  for (const element of a.members) if (b.members.has(element)) result.members.add(element);
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (other) keepChild(result, element, intersection(child, other));
  }
  return result;
}

/** The paths of `a` that are not in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const result = new FieldSet();
  for (const element of a.members) if (!b.members.has(element)) result.members.add(element);
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    keepChild(result, element, other ? difference(child, other) : child);
  }
  return result;
}

/** The paths of `a` that are neither in `b` nor below a path of `b`. */
export function differenceBelow(a: FieldSet, b: FieldSet): FieldSet {
  const result = new FieldSet();
  for (const element of a.members) if (!b.members.has(element)) result.members.add(element);
  for (const [element, child] of a.children) {
    if (b.members.has(element)) continue;
    const other = b.children.get(element);
    keepChild(result, element, other ? differenceBelow(child, other) : child);
  }
  return result;
}

function keepChild(set: FieldSet, element: PathElement, child: FieldSet): void {
  if (!child.empty) set.children.set(element, child);
}

type Fields = { [element: string]: Fields };

/** As managedFields hold it; `.` marks a path that is owned itself. */
export function toFieldsV1(set: FieldSet): Fields {
  const fields: Fields = {};
  const elements = set.children.size === 0 ? [...set.members] : [...new Set([...set.members, ...set.children.keys()])];
  for (const element of elements.sort(compareElements)) {
    const child = set.children.get(element);
    if (!child || child.empty) {
      if (set.members.has(element)) fields[element] = {};
    } else fields[element] = set.members.has(element) ? { '.': {}, ...toFieldsV1(child) } : toFieldsV1(child);
  }
  return fields;
}

/** The opposite of {@link toFieldsV1}; throws for what cannot be read. */
export function fromFieldsV1(fields: unknown): FieldSet {
  const set = new FieldSet();
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw new TypeError('fields must be an object');
  for (const [element, below] of Object.entries(fields)) {
    if (element === '.') continue;
    if (!/^(f:|k:\{|v:|i:-?\d)/.test(element)) throw new TypeError(`unknown path element ${element}`);
    const child = fromFieldsV1(below);
    if (Object.keys(below as object).length === 0 || '.' in (below as object)) set.members.add(element);
    if (!child.empty) set.children.set(element, child);
  }
  return set;
}

/** The set of dotted field paths: `spec`, `metadata.labels`. */
export function fieldSetOf(paths: readonly string[]): FieldSet {
  const set = new FieldSet();
  for (const path of paths) set.insert(path.split('.').map((name) => `f:${name}`));
  return set;
}
