import type { Node, Taint } from '../../api/generated/core-v1.ts';

const idOf = ({ key, value = '', effect }: Taint) => `${key}=${value}:${effect}`;

/** Since when taints are on their nodes: as they say themselves, else since they were first seen there. */
export class TaintAges {
  readonly #seen = new Map<string, ReadonlyMap<string, number>>();

  /** Takes note of a node's taints; those that are gone are forgotten. */
  observe({ metadata: { name = '' }, spec }: Node, now: number): void {
    const before = this.#seen.get(name);
    const taints = spec?.taints ?? [];
    if (taints.length === 0) this.#seen.delete(name);
    else this.#seen.set(name, new Map(taints.map((taint) => [idOf(taint), before?.get(idOf(taint)) ?? now])));
  }

  forget(node: string): void {
    this.#seen.delete(node);
  }

  since(node: string, taint: Taint, now: number): number {
    return taint.timeAdded ? Date.parse(taint.timeAdded) : (this.#seen.get(node)?.get(idOf(taint)) ?? now);
  }
}
