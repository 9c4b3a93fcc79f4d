import type { Pod } from '../../api/generated/core-v1.ts';

export const COMPLETION_INDEX = 'batch.kubernetes.io/job-completion-index';
export const INDEX_FAILURE_COUNT = 'batch.kubernetes.io/job-index-failure-count';

/** The index a pod of an Indexed Job works on; undefined where it has none or a wrong one. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[COMPLETION_INDEX];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

/** `0-2,5` as a set of numbers below `limit`. */
export function parseIndexes(text: string | undefined, limit = Number.POSITIVE_INFINITY): Set<number> {
  const indexes = new Set<number>();
  for (const range of (text ?? '').split(',').filter(Boolean)) {
    const [first = 0, last = first] = range.split('-').map(Number);
    for (let index = first; index <= last && index < limit; index++) indexes.add(index);
  }
  return indexes;
}

/** The opposite of {@link parseIndexes}. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const index of sorted) {
    const last = ranges.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  // Two in a row are a list, three a range.
  return ranges
    .map(([first, last]) => (first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`))
    .join(',');
}

/** The `count` lowest indexes below `completions` that are not `taken`. */
export function firstFreeIndexes(count: number, completions: number, taken: ReadonlySet<number>): number[] {
  const free: number[] = [];
  for (let index = 0; index < completions && free.length < count; index++) if (!taken.has(index)) free.push(index);
  return free;
}
