import type { Handlers } from '../../ipc/host.ts';
import type { MetricHistory, metricsIpc, UsageSample } from '../../ipc/metrics.ts';
import { keyOf, type ObjectMeta } from '../../kubernetes/machinery/meta.ts';
import { quantityValue, scaledValue } from '../../kubernetes/machinery/quantity.ts';
import type { KubeConnection } from './connection.ts';
import type { KubeConnections } from './connections.ts';

/** The insight add-on behind the API server's service proxy. */
const INSIGHT = '/api/v1/namespaces/kube-system/services/https:slipway-insight:https/proxy';

interface Usage {
  cpu: string;
  memory: string;
}
interface MetricsList<T> {
  items: ({ metadata: ObjectMeta } & T)[];
}

/** CPU and memory, from the cluster's insight add-on and metrics.k8s.io. */
export function metricsHandlers(connections: KubeConnections): Handlers<typeof metricsIpc> {
  return {
    async history({ cluster, subject, minutes }, { signal }) {
      const query = new URLSearchParams({ kind: subject.kind, name: subject.name, minutes: String(minutes) });
      if (subject.kind === 'pod') query.set('namespace', subject.namespace);
      const connection = await connections.get(cluster);
      return connection.json<MetricHistory>('GET', `${INSIGHT}/history?${query}`, { signal });
    },
    async latest({ cluster }, { signal }) {
      const connection = await connections.get(cluster);
      const [pods, nodes] = await Promise.all([podUse(connection, signal), nodeUse(connection, signal)]);
      return { pods, nodes };
    },
  };
}

async function nodeUse(connection: KubeConnection, signal: AbortSignal): Promise<UsageSample[]> {
  const list = await connection.json<MetricsList<{ usage: Usage }>>('GET', '/apis/metrics.k8s.io/v1beta1/nodes', { signal });
  return list.items.map((item) => sampleOf(item.metadata, [item.usage]));
}

async function podUse(connection: KubeConnection, signal: AbortSignal): Promise<UsageSample[]> {
  const list = await connection.json<MetricsList<{ containers: { usage: Usage }[] }>>('GET', '/apis/metrics.k8s.io/v1beta1/pods', {
    signal,
  });
  return list.items.map((item) =>
    sampleOf(
      item.metadata,
      item.containers.map((container) => container.usage),
    ),
  );
}

function sampleOf(metadata: ObjectMeta, uses: Usage[]): UsageSample {
  const cpu = uses.reduce((total, use) => total + scaledValue(use.cpu, -9) / 1e9, 0);
  const memory = uses.reduce((total, use) => total + quantityValue(use.memory), 0);
  return { key: keyOf({ metadata }), cpu, memory };
}
