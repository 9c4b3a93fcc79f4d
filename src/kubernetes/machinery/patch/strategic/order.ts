import { sameJson } from '../same-json.ts';
import { StrategicPatchError, showMap, wrongType } from './errors.ts';

type Json = Record<string, unknown>;

/** Items of the patch and items only the server has, by whether they are in `list`. */
export function partition(
  items: readonly unknown[],
  list: readonly unknown[],
  mergeKey: string,
): { ours: unknown[]; serverOnly: unknown[] } {
  const ours: unknown[] = [];
  const serverOnly: unknown[] = [];
  for (const item of items) (positionOf(list, item, mergeKey) >= 0 ? ours : serverOnly).push(item);
  return { ours, serverOnly };
}

/** Where `list` holds an item with the same key; -1 where it does not. */
export function positionOf(list: readonly unknown[], item: unknown, mergeKey: string): number {
  if (mergeKey === '') return list.findIndex((other) => sameJson(other, item));
  const key = keyOf(item, mergeKey);
  return list.findIndex((other) => sameJson(keyOf(other, mergeKey), key));
}

/** The value of an item's merge key; it must have one. */
export function keyOf(item: unknown, mergeKey: string): unknown {
  if (typeof item !== 'object' || item === null || Array.isArray(item)) throw wrongType('map[string]interface {}', item);
  const value = (item as Json)[mergeKey];
  if (value === undefined) throw new StrategicPatchError(`map: ${showMap(item as Json)} does not contain declared merge key: ${mergeKey}`);
  return value;
}

/** Sorts as `order` lists; what it does not list goes first, as it was. */
function sortedBy(items: readonly unknown[], order: readonly unknown[], mergeKey: string): unknown[] {
  const placed = items.map((item, index) => ({ item, index, place: positionOf(order, item, mergeKey) }));
  return placed.sort((a, b) => (a.place >= 0 && b.place >= 0 ? a.place - b.place : a.index - b.index)).map(({ item }) => item);
}

/**
 * One list of both: each part keeps its order, and an item only the server has goes before the first item of the
 * patch that stood behind it in the live object.
 */
export function interleave(
  ours: readonly unknown[],
  serverOnly: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  mergeKey: string,
): unknown[] {
  const left = sortedBy(serverOnly, serverOrder, mergeKey);
  const right = sortedBy(ours, patchOrder, mergeKey);
  const out: unknown[] = [];
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    if (l >= left.length) out.push(right[r++]);
    else if (r >= right.length) out.push(left[l++]);
    else {
      const [leftPlace, rightPlace] = [positionOf(serverOrder, left[l], mergeKey), positionOf(serverOrder, right[r], mergeKey)];
      out.push(leftPlace >= 0 && rightPlace >= 0 && leftPlace < rightPlace ? left[l++] : right[r++]);
    }
  }
  return out;
}
