import { expect, test } from 'vitest';
import { podOf } from '../../../../test/support/kubelet-pods.ts';
import type { Container } from '../../api/generated/core-v1.ts';
import { linuxResourcesOf, quotaOf, sharesOf } from './linux-resources.ts';
import { podCgroup } from './pod-cgroups.ts';
import { podAmount } from './pod-resources.ts';
import { qosClassOf } from './qos.ts';

type Amounts = Record<string, string>;
const container = (requests?: Amounts, limits?: Amounts, name = 'app'): Container => ({ name, resources: { requests, limits } });
const both = { cpu: '500m', memory: '64Mi' };

test.each([
  { name: 'nothing asked for', containers: [container()], qos: 'BestEffort' },
  { name: 'limits are requests too', containers: [container(undefined, both)], qos: 'Guaranteed' },
  { name: 'requests below limits', containers: [container({ cpu: '100m' }, both)], qos: 'Burstable' },
  { name: 'one of two unlimited', containers: [container(both, both), container(undefined, undefined, 'b')], qos: 'Burstable' },
  { name: 'the same amounts, written differently', containers: [container({ cpu: '0.5', memory: '65536Ki' }, both)], qos: 'Guaranteed' },
])('QoS: $name', ({ containers, qos }) => {
  expect(qosClassOf(podOf({ containers }))).toBe(qos);
});

test('shares and quotas', () => {
  expect([0, 1, 100, 1000].map(sharesOf)).toEqual([2, 2, 102, 1024]);
  expect([0, 1, 500, 2000].map(quotaOf)).toEqual([0, 1000, 50_000, 200_000]);
});

test('the more a container asked for, the later it is killed', () => {
  const score = (requests: Amounts) =>
    linuxResourcesOf(podOf({ containers: [container(requests)] }), container(requests), 1024 ** 3).oomScoreAdj;
  expect([score({ memory: '1Mi' }), score({ memory: '512Mi' }), score({ memory: '1Gi' })]).toEqual([999, 500, 3]);
});

test('a pod needs what runs at the same time', () => {
  const asking = (cpu: string, more: Partial<Container> = {}): Container => ({ ...container({ cpu }), ...more });
  const sidecar = asking('100m', { name: 'side', restartPolicy: 'Always' });
  const pod = podOf({
    initContainers: [asking('150m'), sidecar, asking('700m')],
    containers: [asking('300m'), asking('300m')],
    overhead: { cpu: '10m' },
  });
  expect(podAmount(pod, 'requests', 'cpu')).toBe(100 + 700 + 10);
  expect(podAmount(pod, 'limits', 'cpu')).toBeUndefined();
});

test('cgroups by class', () => {
  expect(podCgroup(podOf({ containers: [container()] }))).toBe('/kubepods/besteffort/poduid-1');
  expect(podCgroup(podOf({ containers: [container(undefined, both)] }))).toBe('/kubepods/poduid-1');
});
