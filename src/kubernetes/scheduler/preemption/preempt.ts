import type { Clock } from '../../../base/clock.ts';
import { pods } from '../../api/resources.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { EventRecorder } from '../../client/events.ts';
import { formatTime } from '../../machinery/meta.ts';
import { isConflict, isNotFound } from '../../machinery/status.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { PodInfo } from '../cluster/pod-info.ts';
import type { Diagnosis } from '../framework/diagnosis.ts';
import type { Profile } from '../framework/plugin.ts';
import type { Candidate, Protects } from './candidates.ts';
import { findCandidates, leastHarmful } from './candidates.ts';

export interface PreemptionContext {
  profile: Profile;
  cluster: Cluster;
  api: ApiClient;
  events: EventRecorder;
  clock: Clock;
  isProtected: Protects;
}

/** The node cleared for a pod, or why none could be: the sentence that follows `preemption: `. */
export type Outcome = { candidate: Candidate } | { candidate: undefined; message: string };

/** Decides where to make room for a pod that fits nowhere. */
export function choosePreemption(pod: PodInfo, diagnosis: Diagnosis, { profile, cluster, isProtected }: PreemptionContext): Outcome {
  const refusal = whyNot(pod, cluster);
  if (refusal) return { candidate: undefined, message: refusal };
  const found = findCandidates(profile, pod, cluster, diagnosis, isProtected);
  return typeof found === 'string' ? { candidate: undefined, message: found } : { candidate: leastHarmful(found) };
}

function whyNot({ pod, priority }: PodInfo, cluster: Cluster): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const nominated = cluster.node(pod.status?.nominatedNodeName ?? '');
  const leaving = [...(nominated?.pods.values() ?? [])].some((each) => each.priority < priority && each.pod.metadata.deletionTimestamp);
  return leaving ? 'not eligible due to a terminating pod on the nominated node.' : undefined;
}

/** Ends the victims. Whoever owns them sees in a condition why. */
export async function evictVictims(
  pod: PodInfo,
  { node, victims }: Candidate,
  context: PreemptionContext,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(victims.map((victim) => evict(victim, pod, node.name, context, signal)));
}

async function evict(
  victim: PodInfo,
  pod: PodInfo,
  node: string,
  { api, events, clock }: PreemptionContext,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, name = '', uid } = victim.pod.metadata;
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'PreemptionByScheduler',
    message: 'default-scheduler: preempting to accommodate a higher priority pod',
    lastTransitionTime: formatTime(clock.now()),
  };
  try {
    await api.patch(
      pods,
      { namespace, name },
      { status: { conditions: [condition] } },
      { type: 'strategic', subresource: 'status' },
      signal,
    );
    await api.delete(pods, { namespace, name }, { preconditions: { uid } }, signal);
    events.normal(victim.pod, 'Preempted', `Preempted by pod ${pod.pod.metadata.uid} on node ${node}`);
  } catch (error) {
    // It went by itself.
    if (!isNotFound(error) && !isConflict(error)) throw error;
  }
}
