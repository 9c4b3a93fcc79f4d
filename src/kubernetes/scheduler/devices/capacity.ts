import type { CapacityRequestPolicy, Device } from '../../api/generated/resource-v1.ts';
import { addQuantities, compareQuantities, formatQuantity, parseQuantity, subtractQuantities } from '../../machinery/quantity.ts';
import { qualified } from './device-value.ts';

/** Amounts by name of capacity, or of counter. */
export type Quantities = Readonly<Record<string, string>>;

export function sumOf(a: Quantities, b: Quantities): Quantities {
  const sum: Record<string, string> = { ...a };
  for (const [name, amount] of Object.entries(b)) sum[name] = formatQuantity(addQuantities(sum[name] ?? '0', amount));
  return sum;
}

export function difference(a: Quantities, b: Quantities): Quantities {
  const rest: Record<string, string> = { ...a };
  for (const [name, amount] of Object.entries(b)) rest[name] = formatQuantity(subtractQuantities(rest[name] ?? '0', amount));
  return rest;
}

export const fitsInto = (amounts: Quantities, room: Quantities): boolean =>
  Object.entries(amounts).every(([name, amount]) => compareQuantities(amount, room[name] ?? '0') <= 0);

export const capacityOf = ({ capacity = {} }: Device): Quantities =>
  Object.fromEntries(Object.entries(capacity).map(([name, { value }]) => [name, value]));

/** What a request takes of each capacity of a shared device, as its policies have it; undefined where it asks for what it cannot have. */
export function consumptionOf(device: Device, driver: string, requested: Quantities): Quantities | undefined {
  const { capacity = {} } = device;
  const asked = new Map(Object.entries(requested).map(([name, amount]) => [keyOf(name, driver), amount]));
  const own = new Set(Object.keys(capacity).map((name) => keyOf(name, driver)));
  if ([...asked.keys()].some((key) => !own.has(key))) return undefined;
  const consumed: Record<string, string> = {};
  for (const [name, { value, requestPolicy }] of Object.entries(capacity)) {
    const amount = roundedUp(asked.get(keyOf(name, driver)), value, requestPolicy ?? undefined);
    if (amount === undefined || compareQuantities(amount, value) > 0) return undefined;
    consumed[name] = amount;
  }
  return consumed;
}

function keyOf(name: string, driver: string): string {
  const { domain, id } = qualified(name, driver);
  return `${domain}/${id}`;
}

/** The amount that the policy allows next; without a request the default, and without a default all there is. */
function roundedUp(asked: string | undefined, whole: string, policy: CapacityRequestPolicy | undefined): string | undefined {
  if (asked === undefined) return policy?.default ?? whole;
  const { validValues, validRange } = policy ?? {};
  if (validValues?.length) return validValues.find((value) => compareQuantities(value, asked) >= 0);
  if (!validRange) return asked;
  const { min = '0', max, step } = validRange;
  const amount = compareQuantities(asked, min) < 0 ? min : step ? nextStep(asked, min, step) : asked;
  return max && compareQuantities(amount, max) > 0 ? undefined : amount;
}

function nextStep(asked: string, min: string, step: string): string {
  const scale = (text: string): bigint => {
    const { mantissa, exponent } = parseQuantity(text);
    // Quantities are no finer than nano.
    return mantissa * 10n ** BigInt(exponent + 9);
  };
  const [from, by] = [scale(min), scale(step)];
  const steps = (scale(asked) - from + by - 1n) / by;
  const { format } = parseQuantity(asked);
  return formatQuantity({ mantissa: from + steps * by, exponent: -9, format });
}
