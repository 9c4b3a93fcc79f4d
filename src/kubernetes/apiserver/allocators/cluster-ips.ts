import { randomInt } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import type { Service } from '../../api/generated/core-v1.ts';
import { services } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { ObjectStore } from '../registry.ts';
import { IpRange } from './ip-range.ts';
import { Reservations } from './reservations.ts';

/** Gives services their cluster addresses. Addresses that a user may want to name are taken last. */
export class ClusterIpAllocator implements Disposable {
  readonly range: IpRange;
  readonly #reservations: Reservations<string>;
  readonly #subscription: Disposable;

  constructor(cidr: string, store: ObjectStore, clock: Clock) {
    this.range = new IpRange(cidr);
    this.#reservations = new Reservations(clock);
    this.#subscription = store.onChange(services, (next, previous) => this.#follow(next, previous));
    for (const service of store.list(services)) this.#follow(service, undefined);
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  /** Takes a given address; throws with upstream's reason when it cannot be had. */
  take(address: string, owner: string, options: { dryRun: boolean }): void {
    if (!this.range.contains(address))
      throw new Error(`the provided IP (${address}) is not in the valid range. The range of valid IPs is ${this.range.cidr}`);
    if (this.#reservations.isTaken(address, owner)) throw new Error('provided IP is already allocated');
    if (!options.dryRun) this.#reservations.promise(address, owner);
  }

  /** Any free address; the same for everyone in a dry run, which takes nothing. */
  takeNext(owner: string, options: { dryRun: boolean }): string {
    const { size } = this.range;
    const reserved = reservedForUsers(size);
    const address = this.#findFrom(reserved + 1, size, owner) ?? this.#findFrom(1, reserved, owner);
    if (!address) throw new Error('range is full');
    if (!options.dryRun) this.#reservations.promise(address, owner);
    return address;
  }

  /** Takes back what was promised to a write that failed. */
  release(owner: string): void {
    this.#reservations.release(owner);
  }

  isTaken(address: string, owner: string): boolean {
    return this.#reservations.isTaken(address, owner);
  }

  /** From a random place on, so that addresses of deleted services are not handed out again at once. */
  #findFrom(first: number, last: number, owner: string): string | undefined {
    const count = last - first + 1;
    if (count <= 0) return undefined;
    const start = randomInt(count);
    for (let step = 0; step < count; step++) {
      const address = this.range.at(first + ((start + step) % count));
      if (!this.#reservations.isTaken(address, owner)) return address;
    }
    return undefined;
  }

  #follow(next: Service | undefined, previous: Service | undefined): void {
    const service = next ?? previous;
    if (service) this.#reservations.replace(keyOf(service), addressesOf(next), addressesOf(previous));
  }
}

export function addressesOf(service: Service | undefined): string[] {
  return (service?.spec?.clusterIPs ?? []).filter((address) => address !== '' && address !== 'None');
}

/** The lower end of the range is left to those who name an address: a sixteenth, 16 to 256. */
function reservedForUsers(size: number): number {
  if (size <= 16) return 0;
  return Math.min(Math.max(16, Math.floor(size / 16)), 256);
}
