import type { Clock } from '../../../base/clock.ts';
import type { Lease } from '../../api/generated/coordination-v1.ts';
import type { Node } from '../../api/generated/core-v1.ts';

/** When each node was last heard of, by our own clock: theirs may be wrong. */
export class Heartbeats {
  readonly #clock: Clock;
  readonly #heard = new Map<string, { sign: string; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds since the node last gave a sign of life: a renewed lease or a posted status. */
  silence(node: Node, lease: Lease | undefined): number {
    const name = node.metadata.name ?? '';
    const ready = node.status?.conditions?.find(({ type }) => type === 'Ready');
    const sign = `${lease?.spec?.renewTime}|${ready?.lastHeartbeatTime}`;
    const last = this.#heard.get(name);
    const now = this.#clock.now();
    if (last?.sign === sign) return now - last.at;
    this.#heard.set(name, { sign, at: now });
    return 0;
  }

  forget(name: string): void {
    this.#heard.delete(name);
  }
}
