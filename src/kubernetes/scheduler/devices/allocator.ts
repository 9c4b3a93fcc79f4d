import type { Node } from '../../api/generated/core-v1.ts';
import type { AllocationResult, ResourceClaim } from '../../api/generated/resource-v1.ts';
import { allocationFor, type Chosen } from './allocation-result.ts';
import { capacityOf, consumptionOf, difference, fitsInto, type Quantities } from './capacity.ts';
import { Constraint } from './constraints.ts';
import type { DeviceSelectors } from './device-value.ts';
import { amountsOf, type DevicesInUse, valuesOf } from './in-use.ts';
import { type Pool, type PoolDevice, reaches } from './pools.ts';
import type { Alternative } from './requests.ts';
import { isTolerated } from './tolerations.ts';

/** A claim that needs devices. */
export interface Wanted {
  readonly claim: ResourceClaim;
  readonly requests: readonly (readonly Alternative[])[];
}

export interface Surroundings {
  readonly node: Node;
  readonly pools: readonly Pool[];
  readonly inUse: DevicesInUse;
  readonly selectors: DeviceSelectors;
}

/** Why there are no devices on a node. */
export class NoDevices {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

const MAX_RESULTS = 32;
/** A search that took so many steps found nothing by now, and nothing else is scheduled meanwhile. */
const MAX_STEPS = 100_000;

/** Finds devices for all claims together, one for each in their order; every choice that does not work out is taken back. */
export function allocate(wanted: readonly Wanted[], surroundings: Surroundings): AllocationResult[] | NoDevices {
  return new Search(wanted, surroundings).run();
}

class Search {
  readonly #wanted: readonly Wanted[];
  readonly #surroundings: Surroundings;
  readonly #constraints: readonly (readonly Constraint[])[];
  readonly #chosen: Chosen[][];
  readonly #candidates = new Map<Alternative, readonly PoolDevice[]>();
  #steps = 0;
  #fault: string | undefined;

  constructor(wanted: readonly Wanted[], surroundings: Surroundings) {
    this.#wanted = wanted;
    this.#surroundings = surroundings;
    this.#constraints = wanted.map(({ claim }) => (claim.spec.devices?.constraints ?? []).map((constraint) => new Constraint(constraint)));
    this.#chosen = wanted.map(() => []);
  }

  run(): AllocationResult[] | NoDevices {
    if (!this.#request(0, 0)) return new NoDevices(this.#fault ?? 'cannot allocate all claims');
    return this.#wanted.map(({ claim }, index) =>
      allocationFor(claim, this.#chosen[index] ?? [], this.#surroundings.node.metadata.name ?? ''),
    );
  }

  /** Satisfies a request of a claim, and all that follow. */
  #request(claim: number, request: number): boolean {
    const wanted = this.#wanted[claim];
    if (!wanted) return true;
    const alternatives = wanted.requests[request];
    if (!alternatives) return this.#request(claim + 1, 0);
    return alternatives.some((alternative) => {
      const candidates = this.#candidatesOf(alternative);
      const next = () => this.#request(claim, request + 1);
      if (alternative.count !== undefined) return this.#some(claim, alternative, candidates, 0, alternative.count, next);
      return candidates.length > 0 && this.#every(claim, alternative, candidates, 0, next);
    });
  }

  #some(
    claim: number,
    alternative: Alternative,
    candidates: readonly PoolDevice[],
    from: number,
    count: number,
    next: () => boolean,
  ): boolean {
    if (count === 0) return next();
    for (let index = from; index < candidates.length && this.#mayGoOn(); index++) {
      const device = candidates[index] as PoolDevice;
      // What is shared can be taken more than once.
      const after = device.device.allowMultipleAllocations ? index : index + 1;
      if (this.#with(claim, alternative, device, () => this.#some(claim, alternative, candidates, after, count - 1, next))) return true;
    }
    return false;
  }

  #every(claim: number, alternative: Alternative, candidates: readonly PoolDevice[], index: number, next: () => boolean): boolean {
    const device = candidates[index];
    if (!device) return next();
    return this.#mayGoOn() && this.#with(claim, alternative, device, () => this.#every(claim, alternative, candidates, index + 1, next));
  }

  #mayGoOn(): boolean {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) this.#fault ??= 'timed out trying to allocate devices';
    return this.#fault === undefined;
  }

  /** Takes the device for the time that `rest` needs to work out, and for good where it does. */
  #with(claim: number, alternative: Alternative, device: PoolDevice, rest: () => boolean): boolean {
    const chosen = this.#chosen[claim] as Chosen[];
    if (chosen.length >= MAX_RESULTS) return false;
    const consumed = this.#affordable(device, alternative);
    if (!consumed || !this.#joins(claim, alternative, device)) return false;
    const { inUse } = this.#surroundings;
    const before = inUse.snapshot(device.id);
    const shared = device.device.allowMultipleAllocations ?? false;
    if (shared) inUse.consume(device.id, consumed);
    else if (!alternative.adminAccess) inUse.take(device.id);
    chosen.push({ alternative, device, ...(shared ? { consumed } : {}) });
    if (rest()) return true;
    chosen.pop();
    if (shared) inUse.restore(device.id, before);
    else if (!alternative.adminAccess) inUse.giveBack(device.id);
    for (const constraint of this.#constraints[claim] ?? []) constraint.remove(alternative);
    return false;
  }

  #joins(claim: number, alternative: Alternative, device: PoolDevice): boolean {
    const constraints = this.#constraints[claim] ?? [];
    for (const [index, constraint] of constraints.entries()) {
      if (constraint.add(device, alternative)) continue;
      for (const added of constraints.slice(0, index)) added.remove(alternative);
      return false;
    }
    return true;
  }

  /** What the device would lose, where it and its pool still have that much. */
  #affordable(device: PoolDevice, { adminAccess, capacity }: Alternative): Quantities | undefined {
    const { inUse } = this.#surroundings;
    if (adminAccess) return {};
    if (inUse.isTaken(device.id)) return undefined;
    // A shared device takes its part of the counters once.
    if (!inUse.isUsed(device.id) && !this.#countersSuffice(device)) return undefined;
    if (!device.device.allowMultipleAllocations) return fitsInto(inTermsOf(device, capacity), capacityOf(device.device)) ? {} : undefined;
    const consumed = consumptionOf(device.device, device.driver, capacity);
    const room = difference(capacityOf(device.device), inUse.consumedOf(device.id));
    return consumed && fitsInto(consumed, room) ? consumed : undefined;
  }

  #countersSuffice({ device, pool }: PoolDevice): boolean {
    return (device.consumesCounters ?? []).every((consumption) => {
      const counters = pool.counters.get(consumption.counterSet);
      if (!counters) return false;
      const room = difference(valuesOf(counters), this.#surroundings.inUse.countersOf(pool, consumption.counterSet));
      return fitsInto(amountsOf(consumption), room);
    });
  }

  #candidatesOf(alternative: Alternative): readonly PoolDevice[] {
    const known = this.#candidates.get(alternative);
    if (known) return known;
    const found = this.#find(alternative);
    this.#candidates.set(alternative, found);
    return found;
  }

  #find(alternative: Alternative): PoolDevice[] {
    const { node, pools } = this.#surroundings;
    const found: PoolDevice[] = [];
    for (const pool of pools) {
      const reachable = pool.devices.filter(({ reach }) => reaches(reach, node));
      if (reachable.length === 0) continue;
      if (pool.complete) found.push(...reachable.filter((device) => this.#suits(device, alternative)));
      else if (alternative.count === undefined)
        this.#fault ??= `request ${alternative.name}: asks for all devices, but resource pool ${pool.driver}/${pool.name} is currently being updated`;
    }
    // What can be used at once comes first.
    return found.sort((a, b) => Number(hasToWait(a)) - Number(hasToWait(b)));
  }

  #suits(device: PoolDevice, { name, selectors, tolerations, adminAccess }: Alternative): boolean {
    if (!adminAccess && !(device.device.taints ?? []).every((taint) => isTolerated(taint, tolerations))) return false;
    return selectors.every(({ cel }, index) => {
      const match = this.#surroundings.selectors.matches(cel?.expression ?? '', device);
      if (typeof match === 'boolean') return match;
      this.#fault ??= `request ${name}: selector #${index}: CEL runtime error: ${match.fault}`;
      return false;
    });
  }
}

const hasToWait = ({ device }: PoolDevice): boolean => (device.bindingConditions?.length ?? 0) > 0;

/** The amounts under the names that the device has for them. */
function inTermsOf({ driver, device }: PoolDevice, requested: Quantities): Quantities {
  return Object.fromEntries(
    Object.entries(requested).map(([name, amount]) => {
      const short = name.startsWith(`${driver}/`) ? name.slice(driver.length + 1) : `${driver}/${name}`;
      return [device.capacity && !(name in device.capacity) && short in device.capacity ? short : name, amount];
    }),
  );
}
