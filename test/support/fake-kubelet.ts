import type { ContainerStatus, Pod, PodStatus } from '../../src/kubernetes/api/generated/core-v1.ts';
import { nodes, pods } from '../../src/kubernetes/api/resources.ts';
import type { ApiClient } from '../../src/kubernetes/client/api-client.ts';
import type { Informers } from '../../src/kubernetes/client/informers.ts';
import { formatTime } from '../../src/kubernetes/machinery/meta.ts';
import { isConflict, isNotFound } from '../../src/kubernetes/machinery/status.ts';

/** What becomes of a pod: it runs and is ready, runs but never gets ready, ends well or ends badly. */
export type Fate = 'ready' | 'running' | 'succeeded' | 'failed' | 'pending';

export interface FakeKubeletOptions {
  api: ApiClient;
  informers: Informers;
  now?: () => number;
  fate?: (pod: Pod) => Fate;
  /** Also binds pods that no scheduler has bound, to this node. */
  binds?: string;
}

/** Plays every node's kubelet through the API: pods run at once, and go at once when they are deleted. */
export function fakeKubelet({ api, informers, now = Date.now, fate = () => 'ready', binds }: FakeKubeletOptions): Disposable {
  let address = 0;
  const known = new Set<string>();
  const ignoreRaces = (error: unknown) => {
    if (!isNotFound(error) && !isConflict(error)) throw error;
  };

  async function play(pod: Pod): Promise<void> {
    const { namespace, name = '', uid = '', deletionTimestamp } = pod.metadata;
    if (deletionTimestamp) {
      await api.delete(pods, { namespace, name }, { gracePeriodSeconds: 0, preconditions: { uid } });
      return;
    }
    if (!pod.spec.nodeName) {
      if (!binds) return;
      await api.createSubresource(pods, { namespace, name }, 'binding', {
        target: { kind: 'Node', name: binds },
        metadata: { name, namespace },
      });
      return;
    }
    const end = fate(pod);
    if (known.has(`${uid}/${end}`) || end === 'pending') return;
    known.add(`${uid}/${end}`);
    const fresh = await api.get(pods, { namespace, name });
    if (fresh.status?.phase === 'Succeeded' || fresh.status?.phase === 'Failed') return;
    const status = statusFor(fresh, end, `10.9.${address >> 8}.${address++ & 255}`, now());
    await api.updateStatus(pods, { ...fresh, status });
  }

  return informers.of(pods).onChange(({ next }) => {
    if (next)
      void play(next)
        .catch(ignoreRaces)
        .catch(() => {});
  });
}

function statusFor(pod: Pod, fate: Fate, podIP: string, at: number): PodStatus {
  const time = formatTime(at);
  const ready = fate === 'ready';
  const over = fate === 'succeeded' || fate === 'failed';
  const condition = (type: string, is: boolean) => ({ type, status: is ? 'True' : 'False', lastTransitionTime: time });
  const state: ContainerStatus['state'] = over
    ? {
        terminated: {
          exitCode: fate === 'failed' ? 1 : 0,
          startedAt: time,
          finishedAt: time,
          reason: fate === 'failed' ? 'Error' : 'Completed',
        },
      }
    : { running: { startedAt: time } };
  return {
    ...pod.status,
    phase: fate === 'succeeded' ? 'Succeeded' : fate === 'failed' ? 'Failed' : 'Running',
    startTime: time,
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    containerStatuses: pod.spec.containers.map(({ name, image = '' }) => ({ name, image, imageID: image, ready, restartCount: 0, state })),
  };
}

/** Registers a node as a kubelet would, Ready and with room. */
export async function addNode(
  api: ApiClient,
  name: string,
  options: { labels?: Record<string, string>; taints?: { key: string; effect: 'NoSchedule' | 'NoExecute' }[]; cpu?: string } = {},
): Promise<void> {
  const capacity = { cpu: options.cpu ?? '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi' };
  const time = formatTime(Date.now());
  await api.create(nodes, {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', ...options.labels } },
    spec: { taints: options.taints },
  });
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    message: 'kubelet is posting ready status',
    lastHeartbeatTime: time,
    lastTransitionTime: time,
  };
  // A patch: controllers write to a new node too.
  await api.patch(
    nodes,
    { name },
    { status: { capacity, allocatable: capacity, conditions: [ready] } },
    { type: 'strategic', subresource: 'status' },
  );
}
