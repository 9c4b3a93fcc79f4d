import type { KubeObject } from '../../../kubernetes/machinery/meta.ts';

export interface Filter {
  /** All of the words must occur. */
  search: string;
  /** Empty: every namespace. */
  namespaces: readonly string[];
}

/** The objects a page shows. Answers the same array when nothing is filtered out, so that nothing is redrawn. */
export function filterObjects(
  objects: readonly KubeObject[],
  filter: Filter,
  textOf: (object: KubeObject) => string,
): readonly KubeObject[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean);
  const namespaces = new Set(filter.namespaces);
  if (words.length === 0 && namespaces.size === 0) return objects;
  return objects.filter((object) => {
    const { namespace } = object.metadata;
    if (namespaces.size > 0 && namespace !== undefined && !namespaces.has(namespace)) return false;
    if (words.length === 0) return true;
    const text = textOf(object);
    return words.every((word) => text.includes(word));
  });
}

const collator = new Intl.Collator('en', { numeric: true });

/** Orders cells: numbers by size, words as people count (`web-2` before `web-10`), nothing last. */
export function compareCells(a: string | number | undefined, b: string | number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

/** The columns there is room for: those with the highest `drop` leave first. */
export function fittingColumns<C extends { drop?: number; width?: string }>(columns: readonly C[], available: number): C[] {
  const kept = [...columns];
  const widthOf = (column: C) => minimumOf(column.width);
  let total = leastWidth(kept);
  while (total > available) {
    const leaving = kept.reduce<C | undefined>((worst, column) => ((column.drop ?? 0) > (worst?.drop ?? 0) ? column : worst), undefined);
    if (!leaving) break;
    kept.splice(kept.indexOf(leaving), 1);
    total -= widthOf(leaving);
  }
  return kept;
}

/** Below this the grid scrolls sideways. */
export function leastWidth(columns: readonly { width?: string }[]): number {
  return columns.reduce((sum, column) => sum + minimumOf(column.width), 0);
}

export const DEFAULT_WIDTH = 'minmax(90px, 1fr)';

function minimumOf(width = DEFAULT_WIDTH): number {
  return Number(/(\d+)px/.exec(width)?.[1] ?? 90);
}
