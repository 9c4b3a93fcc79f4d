import type { PreEnqueuePlugin } from '../framework/plugin.ts';

/** Keeps pods out of the queue until all of their gates are gone. */
export const schedulingGates = {
  name: 'SchedulingGates',
  preEnqueue({ spec }) {
    const gates = spec.schedulingGates ?? [];
    return gates.length === 0 ? undefined : `waiting for scheduling gates: [${gates.map(({ name }) => name).join(' ')}]`;
  },
} satisfies PreEnqueuePlugin;
