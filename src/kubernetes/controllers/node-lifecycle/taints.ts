import type { Node, Taint } from '../../api/generated/core-v1.ts';
import { formatTime } from '../../machinery/meta.ts';

const NOT_READY = 'node.kubernetes.io/not-ready';
const UNREACHABLE = 'node.kubernetes.io/unreachable';
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable';

/** The taint that a condition, when it is True, puts on its node. */
const BY_CONDITION: Readonly<Record<string, string>> = {
  MemoryPressure: 'node.kubernetes.io/memory-pressure',
  DiskPressure: 'node.kubernetes.io/disk-pressure',
  NetworkUnavailable: 'node.kubernetes.io/network-unavailable',
  PIDPressure: 'node.kubernetes.io/pid-pressure',
};

const OURS = new Set([NOT_READY, UNREACHABLE, UNSCHEDULABLE, ...Object.values(BY_CONDITION)]);

/** The taints a node should have: those of others, and those its conditions ask for. Undefined where it has them already. */
export function taintsFor(node: Node, now: number): Taint[] | undefined {
  const present = node.spec?.taints ?? [];
  const wanted = wantedTaints(node);
  const isWanted = (taint: Taint) => wanted.some((each) => sameTaint(each, taint));
  const kept = present.filter((taint) => !OURS.has(taint.key) || isWanted(taint));
  const missing = wanted.filter((taint) => !present.some((each) => sameTaint(each, taint)));
  if (missing.length === 0 && kept.length === present.length) return undefined;
  return [...kept, ...missing.map((taint) => (taint.effect === 'NoExecute' ? { ...taint, timeAdded: formatTime(now) } : taint))];
}

function sameTaint(a: Taint, b: Taint): boolean {
  return a.key === b.key && a.effect === b.effect;
}

function wantedTaints(node: Node): Taint[] {
  const taints: Taint[] = [];
  if (node.spec?.unschedulable) taints.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' });
  for (const { type, status } of node.status?.conditions ?? []) {
    const key = BY_CONDITION[type];
    if (key && status === 'True') taints.push({ key, effect: 'NoSchedule' });
    if (type !== 'Ready' || status === 'True') continue;
    const unready = status === 'Unknown' ? UNREACHABLE : NOT_READY;
    taints.push({ key: unready, effect: 'NoSchedule' }, { key: unready, effect: 'NoExecute' });
  }
  return taints;
}
