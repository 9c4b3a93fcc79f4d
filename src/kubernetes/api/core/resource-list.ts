import { formatQuantity, parseQuantity, type Quantity } from '../../machinery/quantity.ts';

/** Amounts by resource name. */
export type ResourceList = Record<string, string>;

/** Amounts finer than a thousandth are rounded up to one, in place. */
export function roundResourceList(list: ResourceList | undefined): void {
  if (!list) return;
  for (const [name, amount] of Object.entries(list)) {
    if (!mayBeFine(amount)) continue;
    const quantity = parseQuantity(amount);
    if (quantity.exponent < -3) list[name] = formatQuantity(roundedUp(quantity));
  }
}

const mayBeFine = (amount: string): boolean => /[nu.]|e-/i.test(amount);

function roundedUp({ mantissa, exponent, format }: Quantity): Quantity {
  const unit = 10n ** BigInt(-3 - exponent);
  const quotient = mantissa / unit;
  const rest = mantissa % unit;
  return { mantissa: rest === 0n ? quotient : quotient + (mantissa < 0n ? -1n : 1n), exponent: -3, format };
}
