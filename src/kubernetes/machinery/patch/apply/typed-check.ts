import { type ApplyType, itemElement, type ListAtom, type MapAtom, type ScalarAtom, TypedError } from './atoms.ts';
import { fieldElement, indexElement, type PathElement, showElement } from './path-element.ts';

/** Throws {@link TypedError} unless `value` fits its type: shapes, known fields, keys that tell items apart. */
export function checkTyped(value: unknown, type: ApplyType, options: { duplicates: boolean }): void {
  const faults: string[] = [];
  new Checker(faults, options.duplicates).visit(value, type, []);
  if (faults.length === 1) throw new TypedError(faults[0]);
  if (faults.length > 1) throw new TypedError(`errors:\n  ${faults.join('\n  ')}`);
}

class Checker {
  readonly #faults: string[];
  readonly #duplicates: boolean;

  constructor(faults: string[], duplicates: boolean) {
    this.#faults = faults;
    this.#duplicates = duplicates;
  }

  visit(value: unknown, type: ApplyType, path: readonly PathElement[]): void {
    if (value === null || value === undefined) return;
    const atom = type.atomOf(value);
    if (atom.kind === 'map') this.#map(value, atom, path);
    else if (atom.kind === 'list') this.#list(value, atom, path);
    else this.#scalar(value, atom, path);
  }

  #fault(path: readonly PathElement[], message: string): void {
    const where = path.map(showElement).join('');
    this.#faults.push(where ? `${where}: ${message}` : message);
  }

  #scalar(value: unknown, { type }: ScalarAtom, path: readonly PathElement[]): void {
    const actual = typeof value;
    if (type === 'string' && actual !== 'string')
      this.#fault(path, `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`);
    else if (type === 'numeric' && actual !== 'number' && actual !== 'bigint')
      this.#fault(path, `expected numeric (int or float), got ${goType(value)}`);
    else if (type === 'boolean' && actual !== 'boolean') this.#fault(path, `expected boolean, got &{${goPrint(value)}}`);
    else if (type === 'untyped' && actual === 'object') this.#fault(path, `expected any scalar, got &{${goPrint(value)}}`);
  }

  #list(value: unknown, atom: ListAtom, path: readonly PathElement[]): void {
    if (!Array.isArray(value)) {
      this.#fault(path, `expected list, got &{${goPrint(value)}}`);
      return;
    }
    const seen = new Set<PathElement>();
    for (const [index, item] of value.entries()) {
      const element = this.#itemElement(atom, item, index, path);
      if (element === undefined) return;
      if (seen.has(element) && !this.#duplicates) this.#fault(path, `duplicate entries for key ${showElement(element)}`);
      seen.add(element);
      this.visit(item, atom.items, [...path, element]);
    }
  }

  #itemElement(atom: ListAtom, item: unknown, index: number, path: readonly PathElement[]): PathElement | undefined {
    if (atom.relation === 'atomic') return indexElement(index);
    try {
      return itemElement(atom, item);
    } catch (error) {
      if (!(error instanceof TypedError)) throw error;
      this.#fault(path, `element ${index}: ${error.message}`);
      return undefined;
    }
  }

  #map(value: unknown, atom: MapAtom, path: readonly PathElement[]): void {
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.#fault(path, `expected map, got &{${goPrint(value)}}`);
      return;
    }
    for (const [name, item] of Object.entries(value as object)) {
      const type = atom.fields?.get(name) ?? atom.values;
      const below = [...path, fieldElement(name)];
      if (type) this.visit(item, type, below);
      else this.#fault(below, 'field not declared in schema');
    }
  }
}

/** A value as Go's `%v` prints it. */
export function goPrint(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goPrint).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goPrint(item)}`).join(' ')}]`;
}

/** A value as Go's `%#v` prints it. */
function goSyntax(value: unknown): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (typeof value === 'object' && value !== null) {
    return `map[string]interface {}{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}:${goSyntax(item)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  return { string: 'string', boolean: 'bool', object: 'map[string]interface {}' }[typeof value as string] ?? 'int64';
}
