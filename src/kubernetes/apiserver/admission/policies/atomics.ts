import type { ApplyType } from '../../../machinery/patch/apply/atoms.ts';
import { fieldElement, indexElement, type PathElement, showPath } from '../../../machinery/patch/apply/path-element.ts';

/**
 * The lists and maps in a configuration that would replace the object's whole: whoever names one field of such a part
 * hardly means to remove all the others.
 */
export function atomicsIn(value: unknown, type: ApplyType, path: readonly PathElement[] = []): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const atom = type.atomOf(value);
  if (Array.isArray(value)) {
    if (atom.kind !== 'list') return [];
    const own = atom.relation === 'atomic' ? [showPath(path)] : [];
    return [...own, ...value.flatMap((item, index) => atomicsIn(item, atom.items, [...path, indexElement(index)]))];
  }
  if (atom.kind !== 'map') return [];
  const own = atom.atomic ? [showPath(path)] : [];
  const within = Object.entries(value).flatMap(([name, field]) => {
    const fieldType = atom.fields?.get(name) ?? atom.values;
    return fieldType ? atomicsIn(field, fieldType, [...path, fieldElement(name)]) : [];
  });
  return [...own, ...within];
}
