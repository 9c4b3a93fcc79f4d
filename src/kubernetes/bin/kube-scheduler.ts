import type { ComponentContext } from './component.ts';
import { parseControlFlags } from './control-flags.ts';
import { runControl, schedulerOf } from './control-process.ts';

/** The scheduler alone. */
export function run({ args, log, signal }: ComponentContext): Promise<void> {
  const flags = parseControlFlags(args);
  return runControl(
    { name: 'kube-scheduler', flags, leaderElect: true, healthPorts: [10259], log },
    (parts, term) => schedulerOf(parts, flags, term),
    signal,
  );
}
