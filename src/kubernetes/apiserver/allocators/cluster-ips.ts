import { randomInt } from 'node:crypto';
import type { Service } from '../../api/generated/core-v1.ts';
import { ipAddresses } from '../../api/resources.ts';
import { isAlreadyExists, isNotFound } from '../../machinery/status.ts';
import type { ObjectStore } from '../registry.ts';
import { type AllocationMeter, silentAllocationMeter } from './allocation-meter.ts';
import { ipAddressFor, isOf } from './ip-address-object.ts';
import { canonicalIp, type IpFamily, type IpRange } from './ip-range.ts';
import type { ServiceNetworks } from './service-networks.ts';

/** Why an address cannot be had, in upstream's words. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/**
 * Gives services their cluster addresses. An IPAddress object is the record that one is taken: storage creates it once,
 * whichever server asks, so that what this server has not heard of yet costs another try and never an address given twice.
 */
export class ClusterIpAllocator {
  readonly #store: ObjectStore;
  readonly #networks: ServiceNetworks;
  readonly #catchUp: () => Promise<void>;
  readonly #meter: AllocationMeter;

  /** `catchUp` waits until the store shows everything that is stored now. */
  constructor(store: ObjectStore, networks: ServiceNetworks, catchUp: () => Promise<void>, meter: AllocationMeter = silentAllocationMeter) {
    this.#store = store;
    this.#networks = networks;
    this.#catchUp = catchUp;
    this.#meter = meter;
  }

  /** Takes a given address for a service; throws {@link AddressRefused} where it cannot be had. */
  async take(address: string, family: IpFamily, service: Service): Promise<void> {
    const range = this.#networks.ready(family).find((one) => one.contains(address));
    if (!range) throw new AddressRefused('the provided network does not match the current range');
    if (!(await this.#record(canonicalIp(address) ?? address, service))) {
      this.#meter.refused('static', range.cidr);
      throw new AddressRefused('provided IP is already allocated');
    }
    this.#meter.allocated('static', range.cidr);
  }

  /** Takes any free address. */
  async takeNext(family: IpFamily, service: Service): Promise<string> {
    const address = await this.#takeAny(family, service);
    if (address) return address;
    // Another server may have given some back that this one has not heard of yet.
    await this.#catchUp();
    const late = await this.#takeAny(family, service);
    if (late) return late;
    for (const { cidr } of this.#networks.ready(family)) this.#meter.refused('dynamic', cidr);
    throw new AddressRefused('range is full');
  }

  async #takeAny(family: IpFamily, service: Service): Promise<string | undefined> {
    for (const range of this.#networks.ready(family)) {
      const began = performance.now();
      const address =
        (await this.#takeBetween(range, range.reserved + 1, range.size, service)) ??
        (await this.#takeBetween(range, 1, range.reserved, service));
      if (!address) continue;
      this.#meter.allocated('dynamic', range.cidr, performance.now() - began);
      return address;
    }
    return undefined;
  }

  /** Checks a given address for a dry run, which does not look whether it is free. */
  try(address: string, family: IpFamily): void {
    const ranges = this.#networks.ready(family);
    if (ranges.some((range) => range.contains(address))) return;
    throw new AddressRefused(
      `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${ranges[0]?.cidr ?? 'empty'}`,
    );
  }

  /** What a dry run shows for an address that would be chosen: nobody's. */
  tryNext(family: IpFamily): string {
    const [range] = this.#networks.ready(family);
    if (!range) throw new AddressRefused('range is full');
    return range.at(0);
  }

  /** Gives a service's address back, unless it is known to be another's by now. */
  async release(address: string, service: Service): Promise<void> {
    const name = canonicalIp(address) ?? address;
    const record = this.#store.get(ipAddresses, '', name);
    if (record && !isOf(record, service)) return;
    try {
      await this.#store.delete(ipAddresses, '', name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** From a random place on, so that servers rarely meet and addresses of deleted services are not handed out again at once. */
  async #takeBetween(range: IpRange, first: number, last: number, service: Service): Promise<string | undefined> {
    const count = last - first + 1;
    if (count <= 0) return undefined;
    const start = randomInt(Math.min(count, 2 ** 48 - 1));
    for (let step = 0; step < count; step++) {
      const address = range.at(first + ((start + step) % count));
      if (this.#store.get(ipAddresses, '', address)) continue;
      if (await this.#record(address, service)) return address;
    }
    return undefined;
  }

  /** False when the address is taken. */
  async #record(address: string, service: Service): Promise<boolean> {
    try {
      await this.#store.create(ipAddresses, ipAddressFor(address, service));
      return true;
    } catch (error) {
      if (isAlreadyExists(error)) return false;
      throw error;
    }
  }
}
