// Conformance: "API Server should provide secure master service",
// "API Server should have Endpoints and EndpointSlices pointing to API Server".
import { expect } from 'vitest';
import { apiBehaviour, byLabels } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';

const DEFAULT = '/namespaces/default';

apiBehaviour('the API server is a service, over TLS', async (space) => {
  const { spec } = await space.get(`/api/v1${DEFAULT}/services/kubernetes`);
  expect(spec.ports).toMatchObject([{ name: 'https', port: 443, protocol: 'TCP' }]);
  expect(spec.clusterIP).toBe(spec.clusterIPs[0]);
});

apiBehaviour('the endpoints and endpoint slices of that service are the API server', async (space) => {
  const { subsets } = await space.get(`/api/v1${DEFAULT}/endpoints/kubernetes`);
  expect(subsets).toHaveLength(1);
  const query = byLabels({ 'kubernetes.io/service-name': 'kubernetes' });
  const { items } = await space.get(`/apis/discovery.k8s.io/v1${DEFAULT}/endpointslices?${query}`);
  expect(items).toHaveLength(1);
  const [slice] = items;
  expect(slice.metadata.name).toBe('kubernetes');
  expect(slice.endpoints.flatMap(({ addresses }: Anything) => addresses)).toEqual(subsets[0].addresses.map(({ ip }: Anything) => ip));
  expect(slice.endpoints.every(({ conditions }: Anything) => conditions.ready)).toBe(true);
  expect(slice.ports).toMatchObject(subsets[0].ports);
});

apiBehaviour('it says how it is', async (space) => {
  for (const path of ['/healthz', '/livez', '/readyz']) expect(await space.ask('GET', path)).toMatchObject({ code: 200, text: 'ok' });
  const { text } = await space.ask('GET', '/readyz?verbose');
  expect(text).toContain('[+]poststarthook/start-kubernetes-service-cidr-controller ok');
  expect(text).toMatch(/readyz check passed\n$/);
});
