import { expect, test } from 'vitest';
import type { MetricSpec } from '../../api/generated/autoscaling-v2.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { notFound } from '../../machinery/status.ts';
import { DiscoveredKinds } from './discovered-kinds.ts';
import { propose } from './proposals.ts';
import { milliseconds } from './resource-metrics.ts';

const NOW = Date.parse('2030-01-01T01:00:00Z');
const timestamp = '2030-01-01T00:59:50Z';
const { signal } = new AbortController();

const pod = (name: string): Pod => ({
  metadata: { name, namespace: 'ns' },
  spec: {
    containers: [
      { name: 'c', image: 'i', resources: { requests: { cpu: '100m', memory: '64Mi' } } },
      { name: 'side', image: 'i', resources: { requests: { cpu: '100m', memory: '64Mi' } } },
    ],
  },
  status: { phase: 'Running', startTime: '2030-01-01T00:00:00Z', conditions: [{ type: 'Ready', status: 'True' }] },
});

const measured = (name: string, cpu: string) => ({
  metadata: { name, namespace: 'ns' },
  timestamp,
  window: '30s',
  containers: [
    { name: 'c', usage: { cpu, memory: '100Mi' } },
    { name: 'side', usage: { cpu: '10m', memory: '20Mi' } },
  ],
});

const CUSTOM = '/apis/custom.metrics.k8s.io';
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/apis/metrics.k8s.io/v1beta1/namespaces/ns/pods?labelSelector=app%3Dweb': { items: [measured('a', '190m'), measured('b', '390m')] },
  [CUSTOM]: { preferredVersion: { version: 'v1beta2' }, versions: [{ version: 'v1beta1' }, { version: 'v1beta2' }] },
  [`${CUSTOM}/v1beta2/namespaces/ns/pods/*/qps?labelSelector=app%3Dweb&metricLabelSelector=verb%3DGET`]: {
    items: ['a', 'b'].map((name) => ({ describedObject: { name }, timestamp, value: '1500m' })),
  },
  '/apis/networking.k8s.io': { preferredVersion: { version: 'v1' }, versions: [{ version: 'v1' }] },
  '/apis/networking.k8s.io/v1': { resources: [{ name: 'ingresses', kind: 'Ingress', namespaced: true }] },
  [`${CUSTOM}/v1beta2/namespaces/ns/ingresses.networking.k8s.io/front/hits`]: {
    items: [{ describedObject: { name: 'front' }, timestamp, value: '9k' }],
  },
  '/api/v1': { resources: [{ name: 'namespaces', kind: 'Namespace', namespaced: false }] },
  [`${CUSTOM}/v1beta2/namespaces/ns/metrics/hits`]: { items: [{ describedObject: { name: 'ns' }, timestamp, value: '8' }] },
  '/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/queue?labelSelector=name%3Djobs': { items: [{ value: '20' }, { value: '10' }] },
  '/apis/external.metrics.k8s.io/v1beta1/namespaces/ns/empty': { items: [] },
};

/** Answers what is in the table, and 404 to all else. */
const api = {
  async raw(_method: string, path: string): Promise<string> {
    const answer = ANSWERS[path];
    if (!answer) throw notFound({ group: '', plural: 'paths' }, path);
    return JSON.stringify(answer);
  },
} as unknown as ApiClient;

const source = () => ({
  namespace: 'ns',
  selector: 'app=web',
  kinds: new DiscoveredKinds(),
  api,
  situation: { pods: [pod('a'), pod('b')], wanted: 2, present: 2, tolerances: { down: 0.1, up: 0.1 }, now: NOW },
});

interface Case {
  name: string;
  spec: MetricSpec;
  replicas: number;
  metric: string;
  current: object;
}

const selector = { matchLabels: { name: 'jobs' } };
const shared =
  'external metric queue(&LabelSelector{MatchLabels:map[string]string{name: jobs,},MatchExpressions:[]LabelSelectorRequirement{},})';
const ingress = { kind: 'Ingress', name: 'front', apiVersion: 'networking.k8s.io/v1' };

test.each<Case>([
  {
    name: 'a share of what pods request',
    spec: { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } },
    replicas: 6,
    metric: 'cpu resource utilization (percentage of request)',
    current: { averageUtilization: 150, averageValue: '300m' },
  },
  {
    name: 'an amount by pod',
    spec: { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '60Mi' } } },
    replicas: 4,
    metric: 'memory resource',
    current: { averageValue: '125829120' },
  },
  {
    name: 'one container of each pod',
    spec: {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'side', target: { type: 'Utilization', averageUtilization: 20 } },
    },
    replicas: 1,
    metric: 'cpu container resource utilization (percentage of request)',
    current: { averageUtilization: 10, averageValue: '10m' },
  },
  {
    name: 'something that pods tell',
    spec: {
      type: 'Pods',
      pods: { metric: { name: 'qps', selector: { matchLabels: { verb: 'GET' } } }, target: { type: 'AverageValue', averageValue: '1' } },
    },
    replicas: 3,
    metric: 'pods metric qps',
    current: { averageValue: '1500m' },
  },
  {
    name: 'something of an object',
    spec: { type: 'Object', object: { describedObject: ingress, metric: { name: 'hits' }, target: { type: 'Value', value: '3k' } } },
    replicas: 6,
    metric: 'Ingress metric hits',
    current: { value: '9k' },
  },
  {
    name: 'something of the namespace, by pod',
    spec: {
      type: 'Object',
      object: {
        describedObject: { kind: 'Namespace', name: 'ns', apiVersion: 'v1' },
        metric: { name: 'hits' },
        target: { type: 'AverageValue', averageValue: '2' },
      },
    },
    replicas: 4,
    metric: 'external metric hits(nil)',
    current: { averageValue: '4' },
  },
  {
    name: 'something outside',
    spec: { type: 'External', external: { metric: { name: 'queue', selector }, target: { type: 'Value', value: '10' } } },
    replicas: 6,
    metric: shared,
    current: { value: '30' },
  },
  {
    name: 'something outside, by pod',
    spec: { type: 'External', external: { metric: { name: 'queue', selector }, target: { type: 'AverageValue', averageValue: '10' } } },
    replicas: 3,
    metric: shared,
    current: { averageValue: '15' },
  },
])('$name', async ({ spec, replicas, metric, current }) => {
  const proposal = await propose(spec, source(), signal);
  expect(proposal).toMatchObject({ replicas, metric, status: { type: spec.type } });
  const field = `${spec.type[0]?.toLowerCase()}${spec.type.slice(1)}` as 'pods';
  expect(proposal.status[field]?.current).toEqual(current);
});

test.each([
  {
    name: 'a container that is not there',
    spec: {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'x', target: { type: 'Utilization', averageUtilization: 20 } },
    },
    reason: 'FailedGetContainerResourceMetric',
    message: 'failed to get cpu utilization: unable to get metrics for resource cpu: container x not present in metrics for pod ns/a',
    summary: 'failed to get cpu container metric value: ',
  },
  {
    name: 'an object without the metric',
    spec: { type: 'Object', object: { describedObject: ingress, metric: { name: 'x' }, target: { type: 'Value', value: '1' } } },
    reason: 'FailedGetObjectMetric',
    message: 'unable to get metric x: Ingress on ns front/unable to fetch metrics from custom metrics API: ',
    summary: 'failed to get object metric value: ',
  },
  {
    name: 'nothing outside',
    spec: { type: 'External', external: { metric: { name: 'empty' }, target: { type: 'Value', value: '1' } } },
    reason: 'FailedGetExternalMetric',
    message: 'unable to get external metric ns/empty/nil: no metrics returned from external metrics API',
    summary: 'failed to get empty external metric value: ',
  },
  {
    name: 'a type that nobody knows',
    spec: { type: 'Moon' },
    reason: 'InvalidMetricSourceType',
    message: 'unknown metric source type "Moon"',
    summary: 'unknown metric source type "Moon"',
  },
])('$name', async ({ spec, reason, message, summary }) => {
  const failure = await propose(spec, source(), signal).catch((error) => error);
  expect(failure).toMatchObject({
    reason,
    message: expect.stringContaining(message),
    summary: expect.stringContaining(summary),
  });
});

test('durations as Go writes them', () => {
  expect(['30s', '1m0s', '1h2m3.5s', '250ms'].map(milliseconds)).toEqual([30_000, 60_000, 3_723_500, 250]);
});
