import type { AllocationResult, Counter, DeviceCounterConsumption } from '../../api/generated/resource-v1.ts';
import { type Quantities, sumOf } from './capacity.ts';
import { deviceId, type Pool, type PoolDevice } from './pools.ts';

/** What of the devices is taken: by claims that are allocated, and by the claims that devices are being looked for. */
export class DevicesInUse {
  /** Devices that nobody else can have. */
  readonly #taken = new Set<string>();
  /** What was consumed of devices that are shared. */
  readonly #consumed = new Map<string, Quantities>();

  constructor(allocations: Iterable<AllocationResult>) {
    for (const { devices } of allocations) {
      for (const { driver, pool, device, adminAccess, shareID, consumedCapacity } of devices?.results ?? []) {
        if (adminAccess) continue;
        const id = deviceId(driver, pool, device);
        if (shareID === undefined) this.#taken.add(id);
        else this.consume(id, consumedCapacity ?? {});
      }
    }
  }

  isTaken(id: string): boolean {
    return this.#taken.has(id);
  }

  take(id: string): void {
    this.#taken.add(id);
  }

  giveBack(id: string): void {
    this.#taken.delete(id);
  }

  isUsed(id: string): boolean {
    return this.#taken.has(id) || this.#consumed.has(id);
  }

  consumedOf(id: string): Quantities {
    return this.#consumed.get(id) ?? {};
  }

  consume(id: string, amounts: Quantities): void {
    this.#consumed.set(id, sumOf(this.consumedOf(id), amounts));
  }

  /** What is consumed of a device is this again, or nothing. */
  restore(id: string, amounts: Quantities | undefined): void {
    if (amounts) this.#consumed.set(id, amounts);
    else this.#consumed.delete(id);
  }

  snapshot(id: string): Quantities | undefined {
    return this.#consumed.get(id);
  }

  /** What the used devices of a pool take from one of its sets of counters. */
  countersOf(pool: Pool, set: string): Quantities {
    return pool.devices.filter(({ id }) => this.isUsed(id)).reduce((sum, device) => sumOf(sum, takenFrom(device, set)), {} as Quantities);
  }
}

const takenFrom = ({ device }: PoolDevice, set: string): Quantities =>
  (device.consumesCounters ?? [])
    .filter(({ counterSet }) => counterSet === set)
    .reduce((sum, each) => sumOf(sum, amountsOf(each)), {} as Quantities);

export const amountsOf = ({ counters }: Pick<DeviceCounterConsumption, 'counters'>): Quantities => valuesOf(counters);

export const valuesOf = (counters: Readonly<Record<string, Counter>>): Quantities =>
  Object.fromEntries(Object.entries(counters).map(([name, { value }]) => [name, value]));
