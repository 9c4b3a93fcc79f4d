import type { PriorityLevelConfiguration } from '../../api/generated/flowcontrol-v1.ts';
import type { LevelLimits } from './priority-level.ts';

/** How many of the server's seats each limited level gets: its share, rounded up, so that none is left without. */
export function limitsOf(levels: readonly PriorityLevelConfiguration[], totalSeats: number): Map<string, LevelLimits> {
  const all = levels.reduce((sum, level) => sum + sharesOf(level), 0);
  return new Map(
    levels.flatMap((level) => {
      const { limited } = level.spec;
      if (!limited) return [];
      const { queues = 0, handSize = 0, queueLengthLimit = 0 } = limited.limitResponse?.queuing ?? {};
      const queuing = limited.limitResponse?.type === 'Queue' ? { queues, handSize, queueLengthLimit } : undefined;
      const seats = all > 0 ? Math.ceil((totalSeats * sharesOf(level)) / all) : 0;
      return [[level.metadata.name ?? '', { seats, queuing }] as const];
    }),
  );
}

function sharesOf({ spec: { limited, exempt } }: PriorityLevelConfiguration): number {
  return (limited ?? exempt)?.nominalConcurrencyShares ?? 0;
}
