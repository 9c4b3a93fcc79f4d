import type { NodeUse, PodUse } from './summary.ts';

/** When and over what time something was measured, in milliseconds. */
export interface Measurement {
  at: number;
  window: number;
}

/** What nodes and pods used when last measured. */
export class LatestUse {
  readonly #nodes = new Map<string, NodeUse>();

  put(use: NodeUse): void {
    this.#nodes.set(use.node, use);
  }

  /** A node that is gone, or no longer answers, has no use. */
  forget(node: string): void {
    this.#nodes.delete(node);
  }

  node(name: string): NodeUse | undefined {
    return this.#nodes.get(name);
  }

  nodes(): NodeUse[] {
    return [...this.#nodes.values()];
  }

  *pods(): Iterable<PodUse & Measurement> {
    for (const { at, window, pods } of this.#nodes.values()) for (const pod of pods) yield { ...pod, at, window };
  }
}
