import { expect, test } from 'vitest';
import type { Endpoints } from '../../api/generated/core-v1.ts';
import { groupsOf, ofEndpoints, wantsMirror } from './mirrored.ts';

const endpoints = (more: Partial<Endpoints['metadata']> = {}): Endpoints => ({
  metadata: { name: 'custom', namespace: 'ns', uid: 'u', ...more },
  subsets: [
    { ports: [{ name: 'web', port: 80 }], addresses: [{ ip: '10.1.2.3' }, { ip: 'fd00::1' }], notReadyAddresses: [{ ip: '10.1.2.4' }] },
    { ports: [{ port: 90 }], addresses: [{ ip: '10.1.2.5', hostname: 'five' }] },
  ],
});

test('endpoints are grouped by family and ports, ready or not', () => {
  const found = [...groupsOf(endpoints(), 'IPv4').values()].map(({ ports, endpoints: list }) => [
    ports[0]?.port,
    list.map((each) => [each.addresses[0], each.conditions?.ready]),
  ]);
  expect(found).toEqual([
    [
      80,
      [
        ['10.1.2.3', true],
        ['10.1.2.4', false],
      ],
    ],
    [90, [['10.1.2.5', true]]],
  ]);
  expect(groupsOf(endpoints(), 'IPv6').size).toBe(1);
});

test.each([
  { name: 'ordinary', more: {}, wanted: true },
  { name: 'asking to be left alone', more: { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }, wanted: false },
  { name: 'used to elect a leader', more: { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }, wanted: false },
])('$name Endpoints: mirrored $wanted', ({ more, wanted }) => {
  expect(wantsMirror(endpoints(more))).toBe(wanted);
});

test('slices carry the labels and annotations of their Endpoints, without what was last applied', () => {
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'kept' };
  const owner = ofEndpoints(endpoints({ labels: { a: 'b' }, annotations }));
  expect(owner.labels).toMatchObject({ a: 'b', 'kubernetes.io/service-name': 'custom' });
  expect(owner.annotations).toEqual({ note: 'kept' });
});
