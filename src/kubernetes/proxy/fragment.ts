import type { SetName } from './static-rules.ts';

/** One element of a set (no value) or a map. */
interface Element {
  set: SetName;
  key: string;
  value?: string;
}

/** What one service wants in the table. Chains with the same name have the same rules, whoever wants them. */
export interface Fragment {
  elements: Element[];
  chains: Map<string, readonly string[]>;
  /** Sets that rules fill (session affinity): name to definition. */
  dynamicSets: Map<string, string>;
  /** The most endpoints a connection is drawn among; the table has a chain for every number up to the largest wanted. */
  largestDraw: number;
}

export function emptyFragment(): Fragment {
  return { elements: [], chains: new Map(), dynamicSets: new Map(), largestDraw: 0 };
}
