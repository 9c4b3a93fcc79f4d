import { ownValue, setOwn } from '../merge.ts';
import { type ApplyType, type Atom, itemElement, type ListAtom, type MapAtom, TypedError } from './atoms.ts';
import { type PathElement, showElement } from './path-element.ts';

type Json = Record<string, unknown>;

/** The live object with an applied configuration laid over it: what both name comes from the configuration. */
export function mergeTyped(live: unknown, config: unknown, type: ApplyType): unknown {
  if (config === undefined) return live;
  if (live === undefined || live === null) return mergeAs(undefined, config, type.atomOf(config));
  return mergeAs(live, config, type.atomOf(config === null ? live : config));
}

function mergeAs(live: unknown, config: unknown, atom: Atom): unknown {
  if (atom.kind === 'list' && atom.relation !== 'atomic') {
    const [before, after] = [Array.isArray(live) ? live : [], Array.isArray(config) ? config : []];
    return before.length === 0 && after.length === 0 ? config : orUndefined(mergeItems(before, after, atom));
  }
  if (atom.kind === 'map' && !atom.atomic) {
    const [before, after] = [mapOf(live), mapOf(config)];
    return isEmpty(before) && isEmpty(after) ? config : mergeFields(before, after, atom);
  }
  return config;
}

const orUndefined = (items: unknown[]): unknown[] | undefined => (items.length ? items : undefined);
const mapOf = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});

function isEmpty(map: Json): boolean {
  for (const key in map) if (map[key] !== undefined) return false;
  return true;
}

function mergeFields(before: Json, after: Json, atom: MapAtom): Json {
  const result: Json = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const type = atom.fields?.get(name) ?? atom.values;
    const value = type ? mergeTyped(ownValue(before, name), ownValue(after, name), type) : ownValue(before, name);
    if (value !== undefined) setOwn(result, name, value);
  }
  return result;
}

interface Indexed {
  order: PathElement[];
  /** Items that have their element to themselves. */
  single: Map<PathElement, unknown>;
  seen: Set<PathElement>;
}

function indexItems(items: readonly unknown[], atom: ListAtom, duplicates: boolean): Indexed {
  const indexed: Indexed = { order: [], single: new Map(), seen: new Set() };
  for (const item of items) {
    const element = itemElement(atom, item);
    if (indexed.seen.has(element)) {
      if (!duplicates) throw new TypedError(`duplicate entries for key ${showElement(element)}`);
      indexed.single.delete(element);
    } else indexed.single.set(element, item);
    indexed.order.push(element);
    indexed.seen.add(element);
  }
  return indexed;
}

/**
 * The items of both lists. Those the configuration names stand in its order; those only the live object has keep
 * their place before the next item that both share.
 */
function mergeItems(before: readonly unknown[], after: readonly unknown[], atom: ListAtom): unknown[] {
  const live = indexItems(before, atom, true);
  const config = indexItems(after, atom, false);
  const shared = config.order.filter((element) => live.seen.has(element));
  const merged = new Set<PathElement>();
  const out: unknown[] = [];
  let [l, c, nextShared] = [0, 0, 0];

  const take = (element: PathElement) => {
    merged.add(element);
    const value = mergeTyped(live.single.get(element), config.single.get(element), atom.items);
    if (value !== undefined) out.push(value);
  };

  while (l < live.order.length || c < config.order.length) {
    const [left, right] = [live.order[l], config.order[c]];
    if (left !== undefined && right !== undefined) {
      if (left === right) {
        take(left);
        l++;
        c++;
        nextShared++;
        continue;
      }
      if (config.seen.has(left) && shared[nextShared] !== undefined && shared[nextShared] !== left) {
        l++;
        continue;
      }
    }
    if (left !== undefined) {
      if (!config.seen.has(left)) {
        out.push(before[l]);
        l++;
        continue;
      }
      if (merged.has(left)) l++;
    }
    if (right !== undefined) {
      take(right);
      c++;
      if (shared[nextShared] === right) nextShared++;
    }
  }
  return out;
}
