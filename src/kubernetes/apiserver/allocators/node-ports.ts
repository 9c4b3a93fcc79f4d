import { randomInt } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import type { Service } from '../../api/generated/core-v1.ts';
import { services } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { ObjectStore } from '../registry.ts';
import { Reservations } from './reservations.ts';

export interface PortRange {
  from: number;
  to: number;
}

/** Gives services ports that are the same on every node. */
export class NodePortAllocator implements Disposable {
  readonly #range: PortRange;
  readonly #reservations: Reservations<number>;
  readonly #subscription: Disposable;

  constructor(range: PortRange, store: ObjectStore, clock: Clock) {
    this.#range = range;
    this.#reservations = new Reservations(clock);
    this.#subscription = store.onChange(services, (next, previous) => this.#follow(next, previous));
    for (const service of store.list(services)) this.#follow(service, undefined);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  /** Takes a given port; throws with upstream's reason when it cannot be had. A dry run looks at nothing. */
  take(port: number, owner: string, options: { dryRun: boolean }): void {
    if (options.dryRun) return;
    const { from, to } = this.#range;
    if (port < from || port > to) throw new Error(`provided port is not in the valid range. The range of valid ports is ${from}-${to}`);
    if (this.#reservations.isTaken(port, owner)) throw new Error('provided port is already allocated');
    this.#reservations.promise(port, owner);
  }

  /** Any free port that is not among `besides`, which the same service has already. */
  takeNext(owner: string, besides: ReadonlySet<number>, options: { dryRun: boolean }): number {
    const { from, to } = this.#range;
    const count = to - from + 1;
    const start = randomInt(count);
    for (let step = 0; step < count; step++) {
      const port = from + ((start + step) % count);
      if (besides.has(port) || this.#reservations.isTaken(port, owner)) continue;
      if (!options.dryRun) this.#reservations.promise(port, owner);
      return port;
    }
    throw new Error('range is full');
  }

  /** Takes back what was promised to a write that failed. */
  release(owner: string): void {
    this.#reservations.release(owner);
  }

  isTaken(port: number, owner: string): boolean {
    return this.#reservations.isTaken(port, owner);
  }

  #follow(next: Service | undefined, previous: Service | undefined): void {
    const service = next ?? previous;
    if (service) this.#reservations.replace(keyOf(service), nodePortsOf(next), nodePortsOf(previous));
  }
}

export function nodePortsOf(service: Service | undefined): number[] {
  const { ports = [], healthCheckNodePort } = service?.spec ?? {};
  return [...ports.map((port) => port.nodePort), healthCheckNodePort].flatMap((port) => port || []);
}
