// Conformance: "EndpointSlice should support creating EndpointSlice API operations",
// "EndpointSlice should create and delete EndpointSlices for a Service with a selector that matches no pods",
// "EndpointSliceMirroring should mirror a custom Endpoints resource through create update and delete".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels } from '../../support/api-behaviour.ts';
import { supportsApiOperations } from '../../support/api-operations.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { eventually } from '../../support/process.ts';

supportsApiOperations('endpoint slices', {
  group: 'discovery.k8s.io',
  version: 'v1',
  resource: 'endpointslices',
  namespaced: true,
  object: () => ({ addressType: 'IPv4', endpoints: [{ addresses: ['1.2.3.4', '5.6.7.8'] }] }),
  change: { ports: [{ name: 'http', port: 80, protocol: 'TCP' }] },
});

async function slicesOf(space: ApiSpace, service: string): Promise<Anything[]> {
  const query = byLabels({ 'kubernetes.io/service-name': service });
  return (await space.get(`${space.in('discovery.k8s.io/v1', 'endpointslices')}?${query}`)).items;
}

apiBehaviour('a service whose selector matches nothing has a slice, which goes with it', async (space) => {
  const selector = { 'does-not-match-anything': 'endpoints-and-endpoint-slices-should-still-be-created' };
  await space.create(space.core('services'), {
    metadata: { name: 'example-empty-selector' },
    spec: { selector, ports: [{ name: 'example', port: 80, protocol: 'TCP' }] },
  });
  const [slice] = await eventually(async () => {
    const slices = await slicesOf(space, 'example-empty-selector');
    expect(slices).toHaveLength(1);
    return slices;
  }, 30);
  expect(slice).toMatchObject({
    addressType: 'IPv4',
    metadata: { labels: { 'endpointslice.kubernetes.io/managed-by': expect.any(String) } },
  });
  expect(slice.endpoints ?? []).toEqual([]);
  await space.delete(space.core('services', 'example-empty-selector'));
  await space.ask('DELETE', space.in('discovery.k8s.io/v1', 'endpointslices', slice.metadata.name));
  await eventually(async () => expect(await slicesOf(space, 'example-empty-selector')).toEqual([]), 30);
});

apiBehaviour('endpoints that somebody else makes are mirrored, however they change', async (space) => {
  await space.create(space.core('services'), {
    metadata: { name: 'custom' },
    spec: { ports: [{ name: 'example', port: 80, protocol: 'TCP' }] },
  });
  const path = space.core('endpoints', 'custom');
  await space.create(space.core('endpoints'), {
    metadata: { name: 'custom' },
    subsets: [{ ports: [{ port: 80 }], addresses: [{ ip: '10.1.2.3' }] }],
  });
  const mirrored = async (addresses: string[], port: number) => {
    const slices = await slicesOf(space, 'custom');
    expect(slices.map(({ endpoints }) => endpoints.flatMap((endpoint: Anything) => endpoint.addresses))).toEqual([addresses]);
    expect(slices[0].ports).toMatchObject([{ port, protocol: 'TCP' }]);
    expect(slices[0].metadata.labels).toMatchObject({
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    });
  };
  await eventually(() => mirrored(['10.1.2.3'], 80), 30);
  await space.update(path, (endpoints) => {
    endpoints.subsets = [{ ports: [{ port: 8080 }], addresses: [{ ip: '10.2.3.4' }] }];
  });
  await eventually(() => mirrored(['10.2.3.4'], 8080), 30);
  await space.delete(path);
  await eventually(async () => expect(await slicesOf(space, 'custom')).toEqual([]), 30);
});
