import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Deployment } from '../../../src/kubernetes/api/generated/apps-v1.ts';
import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec } from '../../../src/kubernetes/api/generated/autoscaling-v2.ts';
import type { Pod } from '../../../src/kubernetes/api/generated/core-v1.ts';
import { customResourceDefinitions, deployments, events, horizontalPodAutoscalers, pods } from '../../../src/kubernetes/api/resources.ts';
import { startControlPlane, type TestControlPlane } from '../../support/control-plane.ts';

const namespace = 'default';
let plane: TestControlPlane;

/** Metrics that this test writes itself: the group that a metrics server serves, as a custom resource. */
beforeAll(async () => {
  plane = await startControlPlane({ nodes: ['node-1'] });
  await plane.api.create(customResourceDefinitions, {
    metadata: { name: 'pods.metrics.k8s.io', annotations: { 'api-approved.kubernetes.io': 'unapproved, a test' } },
    spec: {
      group: 'metrics.k8s.io',
      scope: 'Namespaced',
      names: { plural: 'pods', kind: 'PodMetrics' },
      versions: [
        {
          name: 'v1beta1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  } as never);
  await plane.untilOne(customResourceDefinitions, 'pods.metrics.k8s.io', (found) =>
    Boolean(found?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')),
  );
});
afterAll(() => plane[Symbol.asyncDispose]());

function deployment(name: string, replicas: number): Deployment {
  const labels = { app: name };
  const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu: '100m' } } }];
  return {
    metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
}

const autoscaler = (name: string, spec: Partial<HorizontalPodAutoscalerSpec>): HorizontalPodAutoscaler => ({
  metadata: { name, namespace },
  spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name }, maxReplicas: 10, ...spec },
});

async function measured({ metadata: { name, labels } }: Pod, cpu: string): Promise<void> {
  const timestamp = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, '');
  const body = {
    apiVersion: 'metrics.k8s.io/v1beta1',
    kind: 'PodMetrics',
    metadata: { name, labels },
    timestamp,
    window: '30s',
    containers: [{ name: 'c', usage: { cpu, memory: '20Mi' } }],
  };
  await plane.api.raw('POST', `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`, { body });
}

const running = (app: string, count: number) =>
  plane.until(
    pods,
    (all) => all.filter(({ metadata, status }) => metadata.labels?.app === app && status?.phase === 'Running').length === count,
  );

/** Until nobody writes to it any more: a scale is refused where somebody did in between, and tried again 15 seconds later. */
const ready = (name: string, count: number) =>
  plane.untilOne(deployments, `${namespace}/${name}`, (found) => found?.status?.availableReplicas === count);

const conditionsOf = ({ status }: HorizontalPodAutoscaler) =>
  Object.fromEntries((status?.conditions ?? []).map(({ type, status: holds, reason }) => [type, `${holds} ${reason}`]));

const settled = (name: string, condition: (found: HorizontalPodAutoscaler) => boolean) =>
  plane.untilOne(horizontalPodAutoscalers, `${namespace}/${name}`, (found) => found !== undefined && condition(found));

const told = async (name: string, reason: string) =>
  (await plane.until(events, (all) => all.some((event) => event.involvedObject.name === name && event.reason === reason))).find(
    (event) => event.involvedObject.name === name && event.reason === reason,
  );

test('a Deployment whose pods use more than they should gets more of them', async () => {
  await plane.api.create(deployments, deployment('busy', 2));
  for (const pod of await running('busy', 2)) if (pod.metadata.labels?.app === 'busy') await measured(pod, '150m');
  await ready('busy', 2);
  const metrics = [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }];
  await plane.api.create(horizontalPodAutoscalers, autoscaler('busy', { metrics }));
  await plane.untilOne(deployments, `${namespace}/busy`, (found) => found?.spec.replicas === 4);
  const found = (await settled('busy', ({ status }) => status?.desiredReplicas === 4)) as HorizontalPodAutoscaler;
  expect(found.status).toMatchObject({
    currentReplicas: 2,
    currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 150, averageValue: '150m' } } }],
    lastScaleTime: expect.any(String),
  });
  expect(conditionsOf(found)).toEqual({
    AbleToScale: 'True SucceededRescale',
    ScalingActive: 'True ValidMetricFound',
    ScalingLimited: 'True ScaleUpLimit',
  });
  const event = await told('busy', 'SuccessfulRescale');
  expect(event).toMatchObject({
    message: 'New size: 4; reason: cpu resource utilization (percentage of request) above target',
    source: { component: 'horizontal-pod-autoscaler' },
  });
});

test('a Deployment of too many replicas is cut without asking for metrics', async () => {
  await plane.api.create(deployments, deployment('many', 3));
  await ready('many', 3);
  await plane.api.create(horizontalPodAutoscalers, autoscaler('many', { maxReplicas: 2 }));
  await plane.untilOne(deployments, `${namespace}/many`, (found) => found?.spec.replicas === 2);
  const event = await told('many', 'SuccessfulRescale');
  expect(event?.message).toBe('New size: 2; reason: Current number of replicas above Spec.MaxReplicas');
});

test('what is missing is said', async () => {
  await plane.api.create(horizontalPodAutoscalers, autoscaler('nothing', {}));
  const without = (await settled('nothing', ({ status }) => Boolean(status?.conditions?.length))) as HorizontalPodAutoscaler;
  expect(without.status?.conditions).toMatchObject([
    {
      type: 'AbleToScale',
      status: 'False',
      reason: 'FailedGetScale',
      message: 'the HPA controller was unable to get the target\'s current scale: deployments.apps "nothing" not found',
    },
  ]);

  await plane.api.create(deployments, deployment('silent', 1));
  await running('silent', 1);
  const metrics = [{ type: 'Pods', pods: { metric: { name: 'qps' }, target: { type: 'AverageValue', averageValue: '1' } } }];
  await plane.api.create(horizontalPodAutoscalers, autoscaler('silent', { metrics }));
  const silent = (await settled('silent', ({ status }) => status?.conditions?.length === 2)) as HorizontalPodAutoscaler;
  expect(conditionsOf(silent)).toEqual({ AbleToScale: 'True SucceededGetScale', ScalingActive: 'False FailedGetPodsMetric' });
  const event = await told('silent', 'FailedComputeMetricsReplicas');
  expect(event?.message).toBe(
    'invalid metrics (1 invalid out of 1), first error is: failed to get pods metric value: unable to get metric qps: ' +
      'unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
  );
});

test('two autoscalers for the same pods are one too many', async () => {
  await plane.api.create(deployments, deployment('shared', 1));
  await ready('shared', 1);
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shared' };
  await plane.api.create(horizontalPodAutoscalers, autoscaler('first', { scaleTargetRef }));
  await settled('first', ({ status }) => status?.conditions?.length === 2);
  await plane.api.create(horizontalPodAutoscalers, autoscaler('second', { scaleTargetRef }));
  const second = (await settled('second', ({ status }) => status?.conditions?.length === 2)) as HorizontalPodAutoscaler;
  expect(conditionsOf(second)).toEqual({ AbleToScale: 'True SucceededGetScale', ScalingActive: 'False AmbiguousSelector' });
  const event = await told('second', 'AmbiguousSelector');
  expect(event?.message).toBe('pods by selector app=shared are controlled by multiple HPAs: [default/first default/second]');
});
