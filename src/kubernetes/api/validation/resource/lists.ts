import type { FieldError } from '../../../machinery/field-error.ts';
import { duplicate, tooMany } from '../../../machinery/validation/faults.ts';

type ItemRules<T> = (item: T, path: string) => Iterable<FieldError>;

/** Faults of the items of a list; a list that is too long is not looked into. */
export function* listRules<T>(items: readonly T[] | undefined, max: number, path: string, itemRules: ItemRules<T>): Iterable<FieldError> {
  const list = items ?? [];
  if (list.length > max) {
    yield tooMany(path, list.length, max);
    return;
  }
  for (const [index, item] of list.entries()) yield* itemRules(item, `${path}[${index}]`);
}

/** As {@link listRules}, for lists in which every key occurs once. Keys that are objects are the same when they say the same. */
export function* setRules<T>(
  items: readonly T[] | undefined,
  max: number,
  path: string,
  keyOf: (item: T) => unknown,
  itemRules: ItemRules<T>,
): Iterable<FieldError> {
  yield* listRules(items, max, path, itemRules);
  if ((items?.length ?? 0) > max) return;
  const seen = new Set<string>();
  for (const [index, item] of (items ?? []).entries()) {
    const key = keyOf(item);
    const text = JSON.stringify(key);
    if (seen.has(text)) yield duplicate(`${path}[${index}]`, key);
    seen.add(text);
  }
}

interface MapRules<T> {
  readonly max?: number;
  /** Keys longer than this are shortened where a path shows them. */
  readonly shownKey: number;
  key(name: string, path: string): Iterable<FieldError>;
  value(value: T, path: string): Iterable<FieldError>;
}

/** Faults of the entries of a map, in the order of their keys. */
export function* mapRules<T>(entries: Readonly<Record<string, T>> | undefined, path: string, rules: MapRules<T>): Iterable<FieldError> {
  const sorted = Object.entries(entries ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (rules.max !== undefined && sorted.length > rules.max) {
    yield tooMany(path, sorted.length, rules.max);
    return;
  }
  for (const [name, value] of sorted) {
    yield* rules.key(name, path);
    yield* rules.value(value, `${path}[${shortened(name, rules.shownKey)}]`);
  }
}

function shortened(name: string, max: number): string {
  if (name.length <= max) return name;
  const rest = max - 3;
  return `${name.slice(0, Math.floor((rest + 1) / 2))}...${name.slice(name.length - Math.floor(rest / 2))}`;
}
