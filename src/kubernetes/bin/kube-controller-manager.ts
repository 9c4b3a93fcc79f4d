import type { ComponentContext } from './component.ts';
import { parseControlFlags } from './control-flags.ts';
import type { ControlProcess } from './control-process.ts';
import { controllersOf, runControl } from './control-process.ts';

/** The controllers alone. */
export function run({ args, log, signal }: ComponentContext): Promise<void> {
  const flags = parseControlFlags(args);
  const work = (parts: ControlProcess, term: AbortSignal) => controllersOf(parts, flags, term);
  return runControl({ name: 'kube-controller-manager', flags, leaderElect: true, healthPorts: [10257], log }, work, signal);
}
