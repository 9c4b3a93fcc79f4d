import { allocate } from './allocation.ts';
import type { PriorityLevel } from './priority-level.ts';

/** What each level was meant to get, and what fraction of it they all got. */
export interface Adjustment {
  readonly fairFraction: number;
  readonly targets: ReadonlyMap<string, number>;
}

/** Lends the seats of levels that have no use for them to those that do; each keeps what it may not lend or just needed. */
export function adjustLimits(levels: Iterable<PriorityLevel>, now: number): Adjustment {
  const all = [...levels];
  let left = all.reduce((sum, { limits }) => sum + limits.nominal, 0);
  const limited = [];
  for (const level of all) {
    const { limits, exempt } = level;
    const { highWatermark, smoothed } = level.demand.endPeriod(now);
    if (exempt) {
      // It takes what it needs: the others divide the rest.
      const seats = Math.max(limits.lower, highWatermark);
      level.setCurrentLimit(seats);
      left -= seats;
    } else {
      const lower = Math.max(limits.lower, Math.min(limits.nominal, highWatermark));
      limited.push({ level, claim: { lower, upper: limits.upper, target: Math.max(lower, smoothed) } });
    }
  }
  const fairFraction = divide(left, limited);
  return { fairFraction, targets: new Map(limited.map(({ level, claim }) => [level.name, claim.target])) };
}

interface Limited {
  readonly level: PriorityLevel;
  readonly claim: { readonly lower: number; readonly upper: number; readonly target: number };
}

function divide(left: number, limited: readonly Limited[]): number {
  const floor = limited.reduce((sum, { level }) => sum + level.limits.lower, 0);
  const needed = limited.reduce((sum, { claim }) => sum + claim.lower, 0);
  if (left <= needed) {
    const share = left <= floor ? 0 : (left - floor) / (needed - floor);
    for (const { level, claim } of limited) {
      level.setCurrentLimit(Math.round(level.limits.lower + (claim.lower - level.limits.lower) * share));
    }
    return 0;
  }
  const claims = limited.map(({ claim }) => claim);
  const { seats, fairFraction } = allocate(left, claims);
  for (const [index, { level }] of limited.entries()) level.setCurrentLimit(Math.round(seats[index] as number));
  return fairFraction;
}
