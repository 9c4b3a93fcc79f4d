import { expect } from 'vitest';
import type { HorizontalPodAutoscaler } from '../../../src/kubernetes/api/generated/autoscaling-v2.ts';
import { behaviour, templateOf } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const labels = { app: 'burner' };
const target = (averageValue: string) => [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'AverageValue', averageValue } } }];

const burner = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'burner' },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: templateOf({
      labels,
      containers: [{ run: 'while :; do :; done', resources: { requests: { cpu: '50m' }, limits: { cpu: '100m' } } }],
    }),
  },
};

const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'burner' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'burner' },
    maxReplicas: 3,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    behavior: { scaleDown: { stabilizationWindowSeconds: 0 } },
  },
};

behaviour('pods that burn the CPU get company, and lose it when they may burn more', async (space) => {
  await space.apply(burner, autoscaler);
  const replicas = () => space.kubectl('get', 'deployment', 'burner', '-o', 'jsonpath={.spec.replicas}');
  await eventually(async () => expect(await replicas()).toBe('3'), 150);

  const { status } = await space.kubectl.json<HorizontalPodAutoscaler>('get', 'hpa', 'burner');
  expect(status?.currentMetrics?.[0]?.resource?.current.averageUtilization).toBeGreaterThan(55);
  expect(await space.kubectl('describe', 'hpa', 'burner')).toMatch(
    /SuccessfulRescale.*New size: 3; reason: cpu resource utilization \(percentage of request\) above target/,
  );
  expect(await space.kubectl('get', 'hpa', 'burner')).toMatch(/Deployment\/burner\s+cpu: \d+%\/50%\s+1\s+3/);

  await space.kubectl('patch', 'hpa', 'burner', '--type=merge', '-p', JSON.stringify({ spec: { metrics: target('1') } }));
  await eventually(async () => expect(await replicas()).toBe('1'), 90);
  expect(await space.kubectl('get', 'events', '--field-selector=reason=SuccessfulRescale', '-o', 'jsonpath={.items[*].message}')).toContain(
    'New size: 1; reason: All metrics below target',
  );
});

behaviour('the components of the control plane say that they are well', async (space) => {
  const lines = (await space.kubectl('get', 'componentstatuses', '--no-headers')).trim().split('\n');
  expect(lines.map((line) => line.split(/\s+/).slice(0, 3)).sort()).toEqual([
    ['controller-manager', 'Healthy', 'ok'],
    ['etcd-0', 'Healthy', 'ok'],
    ['scheduler', 'Healthy', 'ok'],
  ]);
});
