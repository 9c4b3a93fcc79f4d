import type { Pod } from '../../api/generated/core-v1.ts';
import { isReady } from '../../api/helpers/pods.ts';
import { groupPods, type PodGroups } from './pod-groups.ts';
import { requestsOf } from './requests.ts';
import { MetricError, type Samples } from './samples.ts';

/** How far use may be from its target before anything is done, as shares of the target. */
export interface Tolerances {
  readonly down: number;
  readonly up: number;
}

/** What is known of a target when its replicas are counted. */
export interface Situation {
  /** Those that the target's selector selects. */
  readonly pods: readonly Pod[];
  /** What the target asks for, and what it has. */
  readonly wanted: number;
  readonly present: number;
  readonly tolerances: Tolerances;
  readonly now: number;
}

type Values = ReadonlyMap<string, number>;

/** Replicas so that pods use `target` percent of what they request. */
export function byUtilization(
  samples: Samples,
  { resource, container = '', target }: { resource: string; container?: string; target: number },
  situation: Situation,
): { replicas: number; utilization: number; average: number } {
  const { groups, values } = counted(samples, resource, situation);
  const requests = requestsOf(situation.pods, resource, container);
  const measured = utilizationOf(values, requests, target);
  const assumed = Math.max(100, target);
  const replicas = settled(groups, values, situation, {
    ratioOf: (all) => utilizationOf(all, requests, target).ratio,
    ofMissing: (pod) => Math.trunc(((requests.get(pod) ?? 0) * assumed) / 100),
  });
  return { replicas, utilization: measured.utilization, average: measured.average };
}

/** Replicas so that pods use `target` thousandths each on average. */
export function byAverage(
  samples: Samples,
  { resource = '', target }: { resource?: string; target: number },
  situation: Situation,
): { replicas: number; average: number } {
  const { groups, values } = counted(samples, resource, situation);
  const ratioOf = (all: Values): number => averageOf(all) / target;
  const replicas = settled(groups, values, situation, { ratioOf, ofMissing: () => target });
  return { replicas, average: averageOf(values) };
}

/** Replicas so that something which all pods share comes to `target` thousandths. */
export function byWhole(usage: number, target: number, { wanted, pods, tolerances }: Situation): number {
  const ratio = usage / target;
  // Without pods there is nothing to compare: the first ones are started by the ratio alone.
  if (wanted === 0) return Math.ceil(ratio);
  if (isWithin(ratio, tolerances)) return wanted;
  if (pods.length === 0)
    throw new MetricError('unable to calculate ready pods: no pods returned by selector while calculating replica count');
  return Math.ceil(ratio * pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod)).length);
}

/** Replicas so that each has `target` thousandths of something which all pods share, and what each has now. */
export function byShare(usage: number, target: number, { present, tolerances }: Situation): { replicas: number; average: number } {
  const replicas = isWithin(usage / (target * present), tolerances) ? present : Math.ceil(usage / target);
  return { replicas, average: present === 0 ? 0 : Math.ceil(usage / present) };
}

function counted(samples: Samples, resource: string, { pods, now }: Situation): { groups: PodGroups; values: Values } {
  if (pods.length === 0) throw new MetricError('no pods returned by selector while calculating replica count');
  const groups = groupPods(pods, samples, resource, now);
  const values = new Map<string, number>();
  for (const [pod, { value }] of samples) if (!groups.ignored.has(pod) && !groups.unready.has(pod)) values.set(pod, value);
  if (values.size === 0) throw new MetricError('did not receive metrics for targeted pods (pods might be unready)');
  return { groups, values };
}

interface Measure {
  ratioOf(values: Values): number;
  /** What a pod without a sample is taken to use while others use too little. */
  ofMissing(pod: string): number;
}

/** What is not known is assumed so that it slows the change down; a change that it would turn around is not made. */
function settled(groups: PodGroups, values: Values, { wanted, tolerances }: Situation, { ratioOf, ofMissing }: Measure): number {
  const ratio = ratioOf(values);
  const waiting = groups.unready.size > 0 && ratio > 1;
  if (!waiting && groups.missing.size === 0) return isWithin(ratio, tolerances) ? wanted : Math.ceil(ratio * groups.ready);
  const assumed = new Map(values);
  if (ratio !== 1) for (const pod of groups.missing) assumed.set(pod, ratio < 1 ? ofMissing(pod) : 0);
  if (waiting) for (const pod of groups.unready) assumed.set(pod, 0);
  const careful = ratioOf(assumed);
  if (isWithin(careful, tolerances) || isOpposite(ratio, careful)) return wanted;
  const replicas = Math.ceil(careful * assumed.size);
  return (careful < 1 && replicas > wanted) || (careful > 1 && replicas < wanted) ? wanted : replicas;
}

function isWithin(ratio: number, { down, up }: Tolerances): boolean {
  return 1 - down <= ratio && ratio <= 1 + up;
}

const isOpposite = (ratio: number, other: number): boolean => (ratio < 1 && other > 1) || (ratio > 1 && other < 1);

function utilizationOf(values: Values, requests: ReadonlyMap<string, number>, target: number) {
  let [used, requested, count] = [0, 0, 0];
  for (const [pod, value] of values) {
    const request = requests.get(pod);
    if (request === undefined) continue;
    used += value;
    requested += request;
    count++;
  }
  if (requested === 0) throw new MetricError('no metrics returned matched known pods');
  const utilization = Math.trunc((used * 100) / requested);
  return { ratio: utilization / target, utilization, average: Math.trunc(used / count) };
}

function averageOf(values: Values): number {
  let sum = 0;
  for (const value of values.values()) sum += value;
  return Math.trunc(sum / values.size);
}
