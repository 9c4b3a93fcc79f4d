import { expect, test } from 'vitest';
import type { Container, Pod } from '../generated/core-v1.ts';
import { formatAmounts } from './amounts.ts';
import { podEvaluator } from './pods.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const container = (requests: Record<string, string>, limits: Record<string, string> = {}, rest: Partial<Container> = {}): Container => ({
  name: 'c',
  resources: { requests, limits },
  ...rest,
});
const pod = (spec: Partial<Pod['spec']>, rest: Partial<Pod> = {}): Pod => ({ metadata: {}, spec: { containers: [], ...spec }, ...rest });
const usage = (of: Pod): Record<string, string> => formatAmounts(podEvaluator.usage(of, NOW));

test.each<{ name: string; of: Pod; used: Record<string, string> }>([
  {
    name: 'containers add up',
    of: pod({ containers: [container({ cpu: '100m', memory: '1Gi' }, { cpu: '1' }), container({ cpu: '1500m' })] }),
    used: {
      'count/pods': '1',
      pods: '1',
      cpu: '1600m',
      'requests.cpu': '1600m',
      memory: '1Gi',
      'requests.memory': '1Gi',
      'limits.cpu': '1',
    },
  },
  {
    name: 'the hungriest init step, beside the sidecars before it',
    of: pod({
      containers: [container({ cpu: '1' })],
      initContainers: [container({ cpu: '500m' }, {}, { restartPolicy: 'Always' }), container({ cpu: '2' })],
    }),
    used: { 'count/pods': '1', pods: '1', cpu: '2500m', 'requests.cpu': '2500m' },
  },
  {
    name: 'overhead',
    of: pod({ containers: [container({ cpu: '1' }, { cpu: '2' })], overhead: { cpu: '250m', memory: '1Mi' } }),
    used: {
      'count/pods': '1',
      pods: '1',
      cpu: '1250m',
      'requests.cpu': '1250m',
      memory: '1Mi',
      'requests.memory': '1Mi',
      'limits.cpu': '2250m',
    },
  },
  {
    name: 'what a pod says as a whole',
    of: pod({ containers: [container({ cpu: '1' })], resources: { requests: { cpu: '3' } } }),
    used: { 'count/pods': '1', pods: '1', cpu: '3', 'requests.cpu': '3' },
  },
  {
    name: 'huge pages and devices',
    of: pod({ containers: [container({ 'hugepages-2Mi': '4Mi', 'example.com/gpu': '2' })] }),
    used: { 'count/pods': '1', pods: '1', 'hugepages-2Mi': '4Mi', 'requests.hugepages-2Mi': '4Mi', 'requests.example.com/gpu': '2' },
  },
  {
    name: 'what a resize has not taken back yet',
    of: pod(
      { containers: [container({ cpu: '1' })] },
      { status: { containerStatuses: [{ name: 'c', allocatedResources: { cpu: '2' } } as never] } },
    ),
    used: { 'count/pods': '1', pods: '1', cpu: '2', 'requests.cpu': '2' },
  },
  {
    name: 'a pod that is over',
    of: pod({ containers: [container({ cpu: '1' })] }, { status: { phase: 'Succeeded' } }),
    used: { 'count/pods': '1' },
  },
  {
    name: 'a pod that should be dead',
    of: pod({ containers: [] }, { metadata: { deletionTimestamp: '2029-12-31T23:00:00Z', deletionGracePeriodSeconds: 30 } }),
    used: { 'count/pods': '1' },
  },
])('$name', ({ of, used }) => {
  expect(usage(of)).toEqual(used);
});

test.each([
  ['pods', true],
  ['count/pods', true],
  ['limits.ephemeral-storage', true],
  ['requests.hugepages-1Gi', true],
  ['requests.example.com/gpu', true],
  ['limits.example.com/gpu', false],
  ['requests.storage', false],
  ['services', false],
])('%s is measured: %s', (name, measured) => {
  expect(podEvaluator.measures(name)).toBe(measured);
});
