import type { CrossVersionObjectReference, MetricIdentifier } from '../../api/generated/autoscaling-v2.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { quantityMilliValue } from '../../machinery/quantity.ts';
import { groupResource } from '../../machinery/resource.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import { type DiscoveredKinds, versionsOf } from './discovered-kinds.ts';
import { MetricError, type Sample, type Samples } from './samples.ts';

const GROUP = 'custom.metrics.k8s.io';
const EXTERNAL = '/apis/external.metrics.k8s.io/v1beta1';
/** Of samples that do not say over which time they were taken. */
const USUAL_WINDOW = 60_000;

interface MetricValue {
  describedObject: { name: string };
  timestamp: string;
  windowSeconds?: number;
  value: string;
}

interface ExternalMetricValue {
  value: string;
}

/** A metric of each of the selected pods. */
export async function podSamples(
  { namespace, selector, metric }: { namespace: string; selector: string; metric: MetricIdentifier },
  api: ApiClient,
  signal: AbortSignal,
): Promise<Samples> {
  const query = queryOf({ labelSelector: selector, metricLabelSelector: labelsOf(metric) });
  const values = await customValues(`/namespaces/${namespace}/pods/*/${metric.name}${query}`, api, signal);
  return new Map(values.map((found) => [found.describedObject.name, sampleOf(found)]));
}

/** A metric of one object, in thousandths. */
export async function objectValue(
  { namespace, object, metric }: { namespace: string; object: CrossVersionObjectReference; metric: MetricIdentifier },
  kinds: DiscoveredKinds,
  api: ApiClient,
  signal: AbortSignal,
): Promise<number> {
  const query = queryOf({ metricLabelSelector: labelsOf(metric) });
  const type = await fetched('custom', () => kinds.of(object.apiVersion ?? '', object.kind, api, signal));
  const place =
    type.kind === 'Namespace' && type.group === ''
      ? `/namespaces/${object.name}/metrics`
      : `${type.namespaced ? `/namespaces/${namespace}` : ''}/${groupResource(type)}/${object.name}`;
  const [found] = await customValues(`${place}/${metric.name}${query}`, api, signal);
  return quantityMilliValue((found as MetricValue).value);
}

/** The sum of a metric of something outside the cluster, in thousandths. */
export async function externalValue(namespace: string, metric: MetricIdentifier, api: ApiClient, signal: AbortSignal): Promise<number> {
  const path = `${EXTERNAL}/namespaces/${namespace}/${metric.name}${queryOf({ labelSelector: labelsOf(metric) })}`;
  const values = await itemsAt<ExternalMetricValue>('external', path, api, signal);
  return values.reduce((sum, { value }) => sum + quantityMilliValue(value), 0);
}

async function customValues(path: string, api: ApiClient, signal: AbortSignal): Promise<MetricValue[]> {
  const [version] = await fetched('custom', () => versionsOf(GROUP, '', api, signal));
  if (!version) throw new MetricError(`unable to fetch metrics from custom metrics API: no custom metrics API (${GROUP}) registered`);
  return itemsAt<MetricValue>('custom', `/apis/${GROUP}/${version}${path}`, api, signal);
}

async function itemsAt<T>(which: string, path: string, api: ApiClient, signal: AbortSignal): Promise<T[]> {
  const { items = [] } = await fetched(which, async () => JSON.parse(await api.raw('GET', path, {}, signal)) as { items?: T[] });
  if (items.length === 0) throw new MetricError(`no metrics returned from ${which} metrics API`);
  return items;
}

async function fetched<T>(which: string, fetch: () => Promise<T>): Promise<T> {
  try {
    return await fetch();
  } catch (error) {
    throw new MetricError(`unable to fetch metrics from ${which} metrics API: ${(error as Error).message}`, { cause: error });
  }
}

function sampleOf({ timestamp, windowSeconds, value }: MetricValue): Sample {
  return {
    value: quantityMilliValue(value),
    at: Date.parse(timestamp),
    window: windowSeconds === undefined ? USUAL_WINDOW : windowSeconds * 1000,
  };
}

/** Without a selector any of the metric's series will do. */
function labelsOf({ selector }: MetricIdentifier): string {
  return selector ? selectorFrom(selector).toString() : '';
}

function queryOf(parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== '');
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}
