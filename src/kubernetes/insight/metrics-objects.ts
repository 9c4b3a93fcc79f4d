import type { NodeMetrics, PodMetrics } from '../api/generated/metrics-v1beta1.ts';
import type { ObjectMeta } from '../machinery/meta.ts';
import { formatTime } from '../machinery/meta.ts';
import type { Measurement } from './latest-use.ts';
import type { NodeUse, PodUse } from './summary.ts';

export const GROUP = 'metrics.k8s.io';
export const VERSION = 'v1beta1';
export const API_VERSION = `${GROUP}/${VERSION}`;

const usageOf = ({ cpu, memory }: { cpu: number; memory: number }) => ({
  cpu: `${Math.round(cpu * 1e9)}n`,
  memory: `${Math.round(memory / 1024)}Ki`,
});

const windowOf = ({ window }: Measurement) => `${(window / 1000).toFixed(3)}s`;

function metaOf(name: string, namespace: string | undefined, labels: ObjectMeta['labels'], { at }: Measurement): ObjectMeta {
  return { name, ...(namespace ? { namespace } : {}), creationTimestamp: formatTime(at), ...(labels ? { labels } : {}) };
}

export function nodeMetrics(use: NodeUse, labels: ObjectMeta['labels']): NodeMetrics {
  return {
    kind: 'NodeMetrics',
    apiVersion: API_VERSION,
    metadata: metaOf(use.node, undefined, labels, use),
    timestamp: formatTime(use.at),
    window: windowOf(use),
    usage: usageOf(use),
  };
}

export function podMetrics(use: PodUse & Measurement, labels: ObjectMeta['labels']): PodMetrics {
  return {
    kind: 'PodMetrics',
    apiVersion: API_VERSION,
    metadata: metaOf(use.name, use.namespace, labels, use),
    timestamp: formatTime(use.at),
    window: windowOf(use),
    containers: use.containers.map(({ name, cpu, memory }) => ({ name, usage: usageOf({ cpu, memory }) })),
  };
}

/** Discovery of the group's only version. */
export const RESOURCES = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: API_VERSION,
  resources: [
    { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
  ],
};

const VERSION_ENTRY = { groupVersion: API_VERSION, version: VERSION };
export const GROUP_ENTRY = { name: GROUP, versions: [VERSION_ENTRY], preferredVersion: VERSION_ENTRY };
