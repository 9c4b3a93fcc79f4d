import type { Node } from '../../api/generated/core-v1.ts';

/** When each node was last heard of, by our own clock: theirs may be wrong. */
export class Heartbeats {
  readonly #heardAt = new Map<string, number>();
  readonly #posted = new Map<string, string | undefined>();

  /** The node renewed its lease. */
  renewed(name: string, now: number): void {
    this.#heardAt.set(name, now);
  }

  /** Milliseconds since the node last gave a sign of life: a renewed lease or a posted status. */
  silence(node: Node, now: number): number {
    const name = node.metadata.name ?? '';
    const posted = node.status?.conditions?.find(({ type }) => type === 'Ready')?.lastHeartbeatTime;
    if (!this.#posted.has(name) || this.#posted.get(name) !== posted) {
      this.#posted.set(name, posted);
      this.#heardAt.set(name, now);
    }
    return now - (this.#heardAt.get(name) ?? now);
  }

  forget(name: string): void {
    this.#heardAt.delete(name);
    this.#posted.delete(name);
  }
}
