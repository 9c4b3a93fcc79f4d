import type { PriorityLevelConfiguration } from '../../api/generated/flowcontrol-v1.ts';

/** How many of the server's seats belong to a priority level, and how far that may change by lending and borrowing. */
export interface LevelLimits {
  readonly nominal: number;
  /** What is left to it when it lends all it may. */
  readonly lower: number;
  /** What it has when it borrows all it may. */
  readonly upper: number;
}

export interface Queuing {
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

/** By name. Shares are rounded up, so that the sum may be a little more than there is. */
export function limitsOf(levels: readonly PriorityLevelConfiguration[], totalSeats: number): Map<string, LevelLimits> {
  const all = levels.reduce((sum, level) => sum + sharesOf(level), 0);
  return new Map(
    levels.map((level) => {
      const nominal = all > 0 ? Math.ceil((totalSeats * sharesOf(level)) / all) : 0;
      const lendable = percentOf(nominal, (level.spec.limited ?? level.spec.exempt)?.lendablePercent ?? 0);
      const borrowing = level.spec.limited?.borrowingLimitPercent;
      const most = borrowing === undefined ? totalSeats : percentOf(nominal, borrowing);
      return [level.metadata.name ?? '', { nominal, lower: nominal - lendable, upper: nominal + most }];
    }),
  );
}

/** Undefined: what finds no seat is refused. */
export function queuingOf({ spec }: PriorityLevelConfiguration): Queuing | undefined {
  const response = spec.limited?.limitResponse;
  if (response?.type !== 'Queue') return undefined;
  const { queues = 64, handSize = 8, queueLengthLimit = 50 } = response.queuing ?? {};
  return { queues, handSize, queueLengthLimit };
}

const REQUEST_PERCENT = 15;

/** How many seats one request may be given, so that it cannot fill the level; 0: no bound of the level's own. */
export function maxSeatsPerRequest({ nominal }: LevelLimits, queuing: Queuing | undefined): number {
  if (!queuing) return 0;
  const fewest = Math.min(Math.ceil((nominal * REQUEST_PERCENT) / 100), Math.floor(nominal / Math.max(queuing.handSize, 1)));
  return Math.max(1, fewest);
}

function sharesOf({ spec: { limited, exempt } }: PriorityLevelConfiguration): number {
  return limited ? (limited.nominalConcurrencyShares ?? 30) : (exempt?.nominalConcurrencyShares ?? 0);
}

function percentOf(seats: number, percent: number): number {
  return Math.round((seats * percent) / 100);
}
