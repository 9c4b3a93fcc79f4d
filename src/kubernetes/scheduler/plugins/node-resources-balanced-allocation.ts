import type { ScorePlugin } from '../framework/plugin.ts';
import { MAX_SCORE, skip } from '../framework/plugin.ts';

/** Prefers nodes whose CPU and memory would be used to a like degree, so that neither is left over without the other. */
export const nodeResourcesBalancedAllocation = {
  name: 'NodeResourcesBalancedAllocation',

  // A pod that requests nothing changes no balance.
  preScore: ({ requests }) => (requests.cpu || requests.memory ? undefined : skip),

  score({ requests }, { allocatable, requested }) {
    const part = (name: string): number => {
      const capacity = allocatable[name] ?? 0;
      return capacity === 0 ? 1 : Math.min(((requested[name] ?? 0) + (requests[name] ?? 0)) / capacity, 1);
    };
    // Of two values the standard deviation is half their difference.
    const deviation = Math.abs(part('cpu') - part('memory')) / 2;
    return Math.floor((1 - deviation) * MAX_SCORE);
  },
} satisfies ScorePlugin;
