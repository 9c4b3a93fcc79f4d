import type { PodMetrics } from '../../api/generated/metrics-v1beta1.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { KubeList } from '../../machinery/meta.ts';
import { quantityMilliValue } from '../../machinery/quantity.ts';
import { MetricError, type Sample, type Samples } from './samples.ts';

const NANOSECONDS: Readonly<Record<string, number>> = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6, us: 1e3, µs: 1e3, ns: 1 };

/** What the selected pods, or one container of each, use of a resource. */
export async function resourceSamples(
  { namespace, selector, resource, container = '' }: { namespace: string; selector: string; resource: string; container?: string },
  api: ApiClient,
  signal: AbortSignal,
): Promise<Samples> {
  const { items } = await podMetrics(namespace, selector, api, signal);
  if (items.length === 0) throw new MetricError('no metrics returned from resource metrics API');
  const samples = new Map<string, Sample>();
  for (const metrics of items) {
    const value = container ? usageOfContainer(metrics, resource, container) : usageOfPod(metrics, resource);
    if (value === undefined) continue;
    samples.set(metrics.metadata.name ?? '', { value, at: Date.parse(metrics.timestamp), window: milliseconds(metrics.window) });
  }
  return samples;
}

async function podMetrics(namespace: string, selector: string, api: ApiClient, signal: AbortSignal): Promise<KubeList<PodMetrics>> {
  const query = selector ? `?labelSelector=${encodeURIComponent(selector)}` : '';
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods${query}`;
  try {
    return JSON.parse(await api.raw('GET', path, {}, signal)) as KubeList<PodMetrics>;
  } catch (error) {
    throw new MetricError(`unable to fetch metrics from resource metrics API: ${(error as Error).message}`, { cause: error });
  }
}

/** Undefined where one of the containers was not measured: a part would be taken for the whole. */
function usageOfPod({ containers }: PodMetrics, resource: string): number | undefined {
  let sum = 0;
  for (const { usage } of containers) {
    const used = usage[resource];
    if (used === undefined) return undefined;
    sum += quantityMilliValue(used);
  }
  return containers.length > 0 ? sum : undefined;
}

function usageOfContainer({ metadata, containers }: PodMetrics, resource: string, container: string): number | undefined {
  const found = containers.find(({ name }) => name === container);
  if (!found) throw new MetricError(`container ${container} not present in metrics for pod ${metadata.namespace}/${metadata.name}`);
  const used = found.usage[resource];
  return used === undefined ? undefined : quantityMilliValue(used);
}

/** A duration as Go writes it, `1m30s`, in milliseconds. */
export function milliseconds(duration: string): number {
  let nanoseconds = 0;
  for (const [, amount, unit] of duration.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)) {
    nanoseconds += Number(amount) * (NANOSECONDS[unit as string] as number);
  }
  return nanoseconds / 1e6;
}
