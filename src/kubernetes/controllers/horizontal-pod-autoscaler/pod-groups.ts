import type { Pod } from '../../api/generated/core-v1.ts';
import { podCondition } from '../../api/helpers/pods.ts';
import type { Sample, Samples } from './samples.ts';

/** How long a pod's start may distort what it uses of the CPU. */
const CPU_INITIALIZATION = 5 * 60_000;
/** A pod that got unready within this time of its start never was ready. */
const INITIAL_READINESS_DELAY = 30_000;

/** Pods by what their samples are worth. */
export interface PodGroups {
  /** How many have a sample that counts. */
  readonly ready: number;
  /** Not started up yet: on the way up they count as idle. */
  readonly unready: ReadonlySet<string>;
  /** Running without a sample. */
  readonly missing: ReadonlySet<string>;
  /** On their way out. */
  readonly ignored: ReadonlySet<string>;
}

/** Sorts the pods of a target; `resource` is empty for metrics that are no resource. */
export function groupPods(pods: readonly Pod[], samples: Samples, resource: string, now: number): PodGroups {
  const [unready, missing, ignored] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let ready = 0;
  for (const pod of pods) {
    const name = pod.metadata.name ?? '';
    const sample = samples.get(name);
    if (pod.metadata.deletionTimestamp || pod.status?.phase === 'Failed') ignored.add(name);
    else if (pod.status?.phase === 'Pending') unready.add(name);
    else if (!sample) missing.add(name);
    else if (resource === 'cpu' && isStartingUp(pod, sample, now)) unready.add(name);
    else ready++;
  }
  return { ready, unready, missing, ignored };
}

function isStartingUp(pod: Pod, { at, window }: Sample, now: number): boolean {
  const condition = podCondition(pod, 'Ready');
  if (!condition || !pod.status?.startTime) return true;
  const startedAt = Date.parse(pod.status.startTime);
  const changedAt = condition.lastTransitionTime ? Date.parse(condition.lastTransitionTime) : 0;
  const isUnready = condition.status === 'False';
  if (startedAt + CPU_INITIALIZATION > now) return isUnready || at < changedAt + window;
  return isUnready && startedAt + INITIAL_READINESS_DELAY > changedAt;
}
