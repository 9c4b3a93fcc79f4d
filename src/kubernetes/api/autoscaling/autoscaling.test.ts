import { describe, expect, test } from 'vitest';
import { createFaults, prepared, updateFaults } from '../../../../test/support/kind.ts';
import type { HorizontalPodAutoscaler, MetricSpec } from '../generated/autoscaling-v2.ts';
import { horizontalPodAutoscalers } from './horizontal-pod-autoscaler.ts';
import { horizontalPodAutoscalersV1 } from './horizontal-pod-autoscaler-v1.ts';
import { metricsText } from './metrics-text.ts';
import { autoscalerFromV1, autoscalerToV1 } from './v1/conversion.ts';

const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const body = (spec: object = {}) => ({ spec: { scaleTargetRef, maxReplicas: 3, ...spec } });
const cpu = { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } };
const queue = { type: 'External', external: { metric: { name: 'queue' }, target: { type: 'Value', value: '30' } } };

test('what is not said is 80 percent of the CPU, and one pod at least', () => {
  expect(prepared<HorizontalPodAutoscaler>(horizontalPodAutoscalers, body()).spec).toMatchObject({
    minReplicas: 1,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
  });
  expect(prepared(horizontalPodAutoscalersV1, body())).toMatchObject({ spec: { minReplicas: 1, targetCPUUtilizationPercentage: 80 } });
});

test('rules for one direction bring the usual ones for the other', () => {
  const scaleUp = { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] };
  expect(prepared<HorizontalPodAutoscaler>(horizontalPodAutoscalers, body({ behavior: { scaleUp } })).spec.behavior).toEqual({
    scaleUp: { ...scaleUp, selectPolicy: 'Max', stabilizationWindowSeconds: 0 },
    scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
  });
});

describe('is checked', () => {
  test.each([
    { name: 'nothing wrong', spec: { metrics: [cpu, queue] }, faults: [] },
    {
      name: 'more than none',
      spec: { maxReplicas: 0 },
      faults: [
        'spec.maxReplicas: Required value: must be set and greater than 0',
        'spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`',
      ],
    },
    {
      name: 'no scaling to nothing',
      spec: { minReplicas: 0, metrics: [queue] },
      faults: ['spec.minReplicas: Invalid value: 0: must be greater than or equal to 1'],
    },
    {
      name: 'the group of the target',
      spec: { scaleTargetRef: { ...scaleTargetRef, apiVersion: 'v1' } },
      faults: ['spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group'],
    },
    {
      name: 'but that of the one core kind',
      spec: { scaleTargetRef: { kind: 'ReplicationController', name: 'x', apiVersion: 'v1' } },
      faults: [],
    },
    {
      name: 'one source for each metric',
      spec: { metrics: [{ ...cpu, ...queue, type: 'Resource' }] },
      faults: ['spec.metrics[0].external: Forbidden: must populate the given metric source only'],
    },
    {
      name: 'the source that the type says',
      spec: { metrics: [{ ...cpu, type: 'Pods' }] },
      faults: ['spec.metrics[0].pods: Required value: must populate information for the given metric source'],
    },
    {
      name: 'tolerances',
      spec: { behavior: { scaleUp: { tolerance: '-1' } } },
      faults: ['spec.behavior.scaleUp.tolerance: Invalid value: "-1": must be greater than or equal to 0'],
    },
  ])('$name', ({ spec, faults }) => {
    expect(createFaults(horizontalPodAutoscalers, body(spec))).toEqual(faults);
  });

  test('at v1 as what it means', () => {
    expect(createFaults(horizontalPodAutoscalersV1, body({ targetCPUUtilizationPercentage: 0 }))).toEqual([
      'spec.metrics[0].resource.target.averageUtilization: Invalid value: 0: must be greater than 0',
    ]);
  });

  test('with patience for targets that were wrong before', () => {
    const before = body({ scaleTargetRef: { ...scaleTargetRef, apiVersion: '' } });
    expect(
      updateFaults<HorizontalPodAutoscaler>(horizontalPodAutoscalers, before, ({ spec }) => Object.assign(spec, { maxReplicas: 4 })),
    ).toEqual([]);
  });
});

test('every kind of metric comes back from v1 as it was', () => {
  const describedObject = { kind: 'Service', name: 'web', apiVersion: 'v1' };
  const selector = { matchLabels: { a: 'b' } };
  const metrics: MetricSpec[] = [
    { type: 'Object', object: { describedObject, target: { type: 'Value', value: '10' }, metric: { name: 'hits', selector } } },
    { type: 'Pods', pods: { metric: { name: 'm', selector }, target: { type: 'AverageValue', averageValue: '1' } } },
    {
      type: 'ContainerResource',
      containerResource: { name: 'cpu', container: 'c', target: { type: 'Utilization', averageUtilization: 5 } },
    },
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue: '1' } } },
    queue,
    cpu,
  ];
  const whole: HorizontalPodAutoscaler = {
    metadata: { name: 'x', annotations: { own: 'yes' } },
    spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 3, metrics, behavior: { scaleUp: { selectPolicy: 'Min', tolerance: '50m' } } },
    status: {
      currentReplicas: 2,
      desiredReplicas: 3,
      lastScaleTime: '2030-01-01T00:00:00Z',
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 7, averageValue: '70m' } } },
        { type: 'Object', object: { metric: { name: 'hits', selector }, current: { value: '4' }, describedObject } },
        { type: 'Pods', pods: { metric: { name: 'm' }, current: { averageValue: '2' } } },
        { type: 'External', external: { metric: { name: 'queue' }, current: { value: '5' } } },
        { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'c', current: { averageValue: '1' } } },
      ],
      conditions: [{ type: 'AbleToScale', status: 'True', reason: 'R', message: 'm', lastTransitionTime: '2030-01-01T00:00:00Z' }],
    },
  };
  const v1 = autoscalerToV1(whole);
  expect(v1.spec).toEqual({ scaleTargetRef, minReplicas: 2, maxReplicas: 3, targetCPUUtilizationPercentage: 50 });
  expect(v1.status).toMatchObject({ currentReplicas: 2, desiredReplicas: 3, currentCPUUtilizationPercentage: 7 });
  expect(autoscalerFromV1(v1)).toEqual(whole);
});

test('at most two metrics are printed', () => {
  const statuses = [{ type: 'External', external: { metric: { name: 'queue' }, current: { value: '7' } } }];
  expect(metricsText([])).toBe('<none>');
  expect(metricsText([queue, cpu, cpu, cpu], statuses)).toBe('7/30, cpu: <unknown>/50% + 2 more...');
});
