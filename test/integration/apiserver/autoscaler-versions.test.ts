import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const V1 = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers';
const V2 = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
const scaleTargetRef = { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' };
const memory = { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } };
const cpu = (averageUtilization: number) => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } },
});

describe('autoscalers at two versions', () => {
  let api: TestApiServer;

  beforeAll(async () => {
    api = await startApiServer();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const apply = (base: string, name: string, manager: string, spec: object, force = false) =>
    api.call('PATCH', `${base}/${name}?fieldManager=${manager}&force=${force}`, {
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: {
        apiVersion: base === V1 ? 'autoscaling/v1' : 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name },
        spec,
      },
    });

  test('what v1 cannot say is in its annotations, and comes back from them', async () => {
    const metrics = [
      cpu(50),
      memory,
      { type: 'Pods', pods: { metric: { name: 'm' }, target: { type: 'AverageValue', averageValue: '1' } } },
    ];
    const spec = {
      scaleTargetRef,
      maxReplicas: 3,
      metrics,
      behavior: { scaleDown: { policies: [{ type: 'Pods', value: 1, periodSeconds: 10 }] } },
    };
    const created = await api.call('POST', V2, { body: { metadata: { name: 'both' }, spec } });
    expect(created.code).toBe(201);

    const { body } = await api.call('GET', `${V1}/both`);
    expect(body.spec).toEqual({ scaleTargetRef, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 50 });
    expect(body.metadata.annotations).toEqual({
      'autoscaling.alpha.kubernetes.io/metrics':
        '[{"type":"Resource","resource":{"name":"memory","targetAverageValue":"1Gi"}},' +
        '{"type":"Pods","pods":{"metricName":"m","targetAverageValue":"1"}}]',
      'autoscaling.alpha.kubernetes.io/behavior':
        '{"ScaleUp":{"StabilizationWindowSeconds":0,"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":4,"PeriodSeconds":15},' +
        '{"Type":"Percent","Value":100,"PeriodSeconds":15}],"Tolerance":null},"ScaleDown":{"StabilizationWindowSeconds":null,' +
        '"SelectPolicy":"Max","Policies":[{"Type":"Pods","Value":1,"PeriodSeconds":10}],"Tolerance":null}}',
    });

    const changed = await api.call('PUT', `${V1}/both`, { body: { ...body, spec: { ...body.spec, maxReplicas: 4 } } });
    expect(changed.code).toBe(200);
    const after = (await api.call('GET', `${V2}/both`)).body;
    expect(after.metadata.annotations).toBeUndefined();
    expect(after.spec).toEqual({ ...created.body.spec, maxReplicas: 4, metrics: [memory, metrics[2], cpu(50)] });
  });

  test('managers keep the version at which they wrote, and lose what changes under them at the other', async () => {
    await api.call('POST', `${V2}?fieldManager=two`, { body: { metadata: { name: 'owners' }, spec: { scaleTargetRef, maxReplicas: 3 } } });
    const applied = await apply(V1, 'owners', 'one', { scaleTargetRef, maxReplicas: 5, targetCPUUtilizationPercentage: 60 }, true);
    expect(applied.code).toBe(200);
    const { metadata, spec } = (await api.call('GET', `${V2}/owners`)).body;
    expect(spec.metrics).toEqual([cpu(60)]);
    expect(metadata.managedFields.map(({ time: _, ...entry }: { time: string }) => entry)).toEqual([
      {
        manager: 'one',
        operation: 'Apply',
        apiVersion: 'autoscaling/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:maxReplicas': {}, 'f:scaleTargetRef': {}, 'f:targetCPUUtilizationPercentage': {} } },
      },
      {
        manager: 'two',
        operation: 'Update',
        apiVersion: 'autoscaling/v2',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': { 'f:minReplicas': {}, 'f:scaleTargetRef': { 'f:apiVersion': {}, 'f:kind': {}, 'f:name': {} } },
        },
      },
    ]);
  });

  test('taking what another applied at the other version is a conflict', async () => {
    await apply(V1, 'conflict', 'one', { scaleTargetRef, maxReplicas: 5, targetCPUUtilizationPercentage: 60 });
    const { code, body } = await apply(V2, 'conflict', 'two', { scaleTargetRef, maxReplicas: 5, metrics: [cpu(70)] });
    expect(code).toBe(409);
    expect(body.message).toBe('Apply failed with 1 conflict: conflict with "one": .spec.targetCPUUtilizationPercentage');
  });

  test('a manager that moves to the other version has one entry, and gives up what it says no more', async () => {
    await apply(V1, 'moving', 'one', { scaleTargetRef, minReplicas: 2, maxReplicas: 5, targetCPUUtilizationPercentage: 60 });
    const { code, body } = await apply(V2, 'moving', 'one', { scaleTargetRef, maxReplicas: 5 });
    expect(code).toBe(200);
    // There are always metrics: those it no longer speaks of stay as they are, without an owner.
    expect(body.spec).toEqual({ scaleTargetRef, minReplicas: 1, maxReplicas: 5, metrics: [cpu(60)] });
    expect(body.metadata.managedFields.map(({ apiVersion }: { apiVersion: string }) => apiVersion)).toEqual(['autoscaling/v2']);
  });
});
