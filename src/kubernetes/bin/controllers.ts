import type { ComponentContext } from './component.ts';
import { parseControlFlags } from './control-flags.ts';
import { controllersOf, runControl, schedulerOf } from './control-process.ts';

/**
 * Scheduler and controllers in one process: one connection, and one copy of pods, nodes and the rest, for both.
 * Leader election is off unless asked for: with one control plane it would only delay a restart.
 */
export function run({ args, log, signal }: ComponentContext): Promise<void> {
  const flags = parseControlFlags(args);
  return runControl(
    { name: 'kube-controller-manager', flags, leaderElect: false, healthPorts: [10257, 10259], log },
    async (parts, term) => {
      await Promise.all([controllersOf(parts, flags, term), schedulerOf(parts, flags, term)]);
    },
    signal,
  );
}
