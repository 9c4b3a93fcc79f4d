import { expect, test } from 'vitest';
import { selectBackends } from './endpoint-selection.ts';
import { service, slice, type TestEndpoint } from './testing.ts';

const place = { nodeName: 'here' };
const port = { port: 80 };

test.each<{ name: string; endpoints: TestEndpoint[]; cluster: string[]; local: string[] }>([
  {
    name: 'ready endpoints, local ones apart',
    endpoints: [
      { ip: '10.0.0.1', node: 'here' },
      { ip: '10.0.0.2', node: 'there' },
      { ip: '10.0.0.3', ready: false },
    ],
    cluster: ['10.0.0.1', '10.0.0.2'],
    local: ['10.0.0.1'],
  },
  {
    name: 'serving terminating endpoints when none is ready',
    endpoints: [
      { ip: '10.0.0.1', ready: false, serving: true, terminating: true },
      { ip: '10.0.0.2', ready: false, serving: false, terminating: true },
    ],
    cluster: ['10.0.0.1'],
    local: [],
  },
  {
    name: 'a local terminating endpoint serves local traffic although others are ready elsewhere',
    endpoints: [
      { ip: '10.0.0.1', node: 'here', ready: false, serving: true, terminating: true },
      { ip: '10.0.0.2', node: 'there' },
    ],
    cluster: ['10.0.0.2'],
    local: ['10.0.0.1'],
  },
  {
    name: 'hints for this node are followed',
    endpoints: [
      { ip: '10.0.0.1', node: 'here', forNodes: ['here'] },
      { ip: '10.0.0.2', node: 'there', forNodes: ['there'] },
    ],
    cluster: ['10.0.0.1'],
    local: ['10.0.0.1'],
  },
  {
    name: 'hints are ignored when one endpoint has none',
    endpoints: [{ ip: '10.0.0.1', forNodes: ['here'] }, { ip: '10.0.0.2' }],
    cluster: ['10.0.0.1', '10.0.0.2'],
    local: [],
  },
])('$name', ({ endpoints, cluster, local }) => {
  const chosen = selectBackends(service(), port, [slice(endpoints)], place);
  expect(chosen.cluster.map(({ ip }) => ip)).toEqual(cluster);
  expect(chosen.local.map(({ ip }) => ip)).toEqual(local);
});

test('an endpoint in two slices counts once', () => {
  const twice = [slice([{ ip: '10.0.0.1', ready: false }]), slice([{ ip: '10.0.0.1' }])];
  expect(selectBackends(service(), port, twice, place).cluster).toHaveLength(1);
});

test('a slice without the port has no endpoints for it', () => {
  const named = { ...port, name: 'http' };
  expect(selectBackends(service(), named, [slice([{ ip: '10.0.0.1' }])], place).any).toBe(false);
});
