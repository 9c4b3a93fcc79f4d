import type { DeviceConstraint } from '../../api/generated/resource-v1.ts';
import { qualified } from './device-value.ts';
import type { PoolDevice } from './pools.ts';
import { type Alternative, concerns } from './requests.ts';

/** What the devices of a claim have to have in common, or may not; follows the search for devices. */
export class Constraint {
  readonly #constraint: DeviceConstraint;
  readonly #seen: string[] = [];

  constructor(constraint: DeviceConstraint) {
    this.#constraint = constraint;
  }

  /** Adds a device; false, and nothing added, where it may not come to the others. */
  add(device: PoolDevice, alternative: Alternative): boolean {
    const { requests, matchAttribute, distinctAttribute } = this.#constraint;
    if (!concerns(requests, alternative)) return true;
    const value = attributeOf(device, matchAttribute ?? distinctAttribute ?? '');
    if (value === undefined) return false;
    if (matchAttribute !== undefined ? this.#seen.some((other) => other !== value) : this.#seen.includes(value)) return false;
    this.#seen.push(value);
    return true;
  }

  /** Takes back the device that was added last. */
  remove(alternative: Alternative): void {
    if (concerns(this.#constraint.requests, alternative)) this.#seen.pop();
  }
}

/** The value of an attribute as a text that equals those of the same type and value. */
function attributeOf({ driver, device }: PoolDevice, name: string): string | undefined {
  const { domain, id } = qualified(name, driver);
  const attribute = device.attributes?.[name] ?? (domain === driver ? device.attributes?.[id] : undefined);
  return attribute && JSON.stringify([attribute.int, attribute.bool, attribute.string, attribute.version]);
}
