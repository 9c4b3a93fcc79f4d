/** What one of several wants of a number of seats that they divide. */
export interface Claim {
  readonly target: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Allocation {
  /** In the order of the claims. */
  readonly seats: readonly number[];
  /** What part of its target everyone gets whom no bound holds back. */
  readonly fairFraction: number;
}

/** Nobody wants nothing: what is left over is then divided among all. */
const LEAST_TARGET = 0.001;
const ROUNDS = 100;

/**
 * Divides `total` so that everyone gets the same fraction of their target, as far as the bounds allow. What is given out
 * grows with the fraction, so that the fraction can be searched for.
 */
export function allocate(total: number, claims: readonly Claim[]): Allocation {
  const given = (fraction: number) => claims.map((claim) => within(claim, fraction * Math.max(claim.target, LEAST_TARGET)));
  const ends = claims.map(({ upper, target }) => upper / Math.max(target, LEAST_TARGET));
  let low = 0;
  let high = Math.max(0, ...ends);
  for (let round = 0; round < ROUNDS && high > low; round++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (sumOf(given(middle)) < total) low = middle;
    else high = middle;
  }
  return { seats: given(high), fairFraction: high };
}

function within({ lower, upper }: Claim, seats: number): number {
  return Math.max(lower, Math.min(upper, seats));
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
