import { expect, test } from 'vitest';
import type { Service } from '../../api/generated/core-v1.ts';
import type { Endpoint, EndpointSlice } from '../../api/generated/discovery-v1.ts';
import { portsKey } from './ports.ts';
import { ofService, sliceChanges } from './slices.ts';

const service: Service = { metadata: { name: 'web', namespace: 'ns', uid: 'u' }, spec: { selector: { app: 'web' } } };
const ports = [{ name: '', protocol: 'TCP' as const, port: 80 }];
const endpoint = (index: number, ready = true): Endpoint => ({
  addresses: [`10.0.0.${index}`],
  conditions: { ready },
  targetRef: { kind: 'Pod', uid: `pod-${index}` },
});
const endpoints = (count: number, from = 0) => Array.from({ length: count }, (_, index) => endpoint(from + index));
const groupsOf = (list: Endpoint[]) => new Map([[portsKey(ports), { ports, endpoints: list }]]);
/** What a server would have after the changes. */
function written(list: Endpoint[], present: EndpointSlice[] = []): EndpointSlice[] {
  const changes = sliceChanges(ofService(service), 'IPv4', list.length ? groupsOf(list) : new Map(), present);
  const named = changes.create.map((slice, index) => ({
    ...slice,
    metadata: { ...slice.metadata, name: `web-${present.length + index}` },
  }));
  const updated = new Map(changes.update.map((slice) => [slice.metadata.name, slice]));
  return [
    ...present.filter((slice) => !changes.delete.includes(slice)).map((slice) => updated.get(slice.metadata.name) ?? slice),
    ...named,
  ];
}
const sizes = (slices: EndpointSlice[]) => slices.map((slice) => slice.endpoints?.length);

test('a Service without pods has one empty slice', () => {
  expect(sizes(written([]))).toEqual([0]);
});

test('at most a hundred endpoints to a slice', () => {
  expect(sizes(written(endpoints(250)))).toEqual([100, 100, 50]);
});

test('nothing changes when nothing changed', () => {
  const present = written(endpoints(3));
  expect(sliceChanges(ofService(service), 'IPv4', groupsOf(endpoints(3)), present)).toEqual({ create: [], update: [], delete: [] });
});

test('a change touches only the slice of its endpoint', () => {
  const present = written(endpoints(150));
  const changed = [...endpoints(149), endpoint(149, false)];
  const { create, update, delete: deleted } = sliceChanges(ofService(service), 'IPv4', groupsOf(changed), present);
  expect([create.length, update.map(({ metadata }) => metadata.name), deleted.length]).toEqual([0, ['web-1'], 0]);
});

test('new endpoints fill present slices, empty slices go', () => {
  const present = written(endpoints(150));
  expect(sizes(written(endpoints(160), present))).toEqual([100, 60]);
  expect(sizes(written(endpoints(40), present))).toEqual([40]);
});

test('slices carry the labels by which they are found, and belong to the Service', () => {
  const [slice] = written(endpoints(1));
  expect(slice?.metadata).toMatchObject({
    generateName: 'web-',
    labels: { 'kubernetes.io/service-name': 'web', 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
    ownerReferences: [{ kind: 'Service', name: 'web', controller: true }],
  });
});
