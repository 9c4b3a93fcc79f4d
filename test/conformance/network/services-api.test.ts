// Conformance: "Services should complete a service status lifecycle", "should delete a collection of services",
// "should find a service from listing all namespaces"; and how a service of each type looks that no pod is behind.
import { expect } from 'vitest';
import { apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';

const ports = [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 80 }];

apiBehaviour('a service’s status is written beside it, and watched', async (space) => {
  const labels = { 'test-service-static': space.namespace };
  const everywhere = `/api/v1/services?${byLabels(labels)}`;
  const path = space.core('services', 'status');
  const { metadata } = await space.get(everywhere);
  using watch = await space.watch(`${everywhere}&resourceVersion=${metadata.resourceVersion}`);
  await space.create(space.core('services'), { metadata: { name: 'status', labels }, spec: { type: 'LoadBalancer', ports } });
  expect((await watch.next()).type).toBe('ADDED');
  expect(namesOf(await space.get(everywhere))).toEqual(['status']);
  expect((await space.get(`${path}/status`)).status).toEqual({ loadBalancer: {} });

  const ingress = [{ ip: '203.0.113.1' }];
  const patched = await space.patch('merge', `${path}/status`, {
    metadata: { annotations: { patchedstatus: 'true' } },
    status: { loadBalancer: { ingress } },
  });
  expect(patched).toMatchObject({ metadata: { annotations: { patchedstatus: 'true' } }, status: { loadBalancer: { ingress } } });
  await watch.until(({ object }) => object.status.loadBalancer.ingress?.[0]?.ip === '203.0.113.1');

  const condition = {
    type: 'StatusUpdate',
    status: 'True',
    reason: 'E2E',
    message: 'Set from e2e test',
    lastTransitionTime: '2024-01-01T00:00:00Z',
  };
  const updated = await space.update(
    path,
    ({ status, spec }) => {
      status.conditions = [condition];
      spec.ports[0].port = 81;
    },
    '/status',
  );
  expect(updated).toMatchObject({ status: { conditions: [condition] }, spec: { ports: [{ port: 80 }] } });
  await watch.until(({ object }) => object.status.conditions?.[0]?.type === 'StatusUpdate');

  await space.patch('merge', path, { metadata: { labels: { 'test-service': 'patched' } } });
  await watch.until(({ object }) => object.metadata.labels['test-service'] === 'patched');
  await space.delete(path);
  await watch.until(({ type }) => type === 'DELETED');
});

apiBehaviour('services are deleted by collection, those that are selected', async (space) => {
  const labels = { 'e2e-test-service': space.namespace };
  const own = space.core('services');
  for (const [name, selected] of Object.entries({ a: true, b: true, c: false }))
    await space.create(own, { metadata: { name, ...(selected ? { labels } : {}) }, spec: { ports } });
  expect((await space.get(own)).items).toHaveLength(3);
  await space.delete(`${own}?${byLabels(labels)}`);
  expect(namesOf(await space.get(own))).toEqual(['c']);
});

apiBehaviour('a list of all namespaces has the services of every one', async (space) => {
  const { items } = await space.get('/api/v1/services');
  expect(items.some(({ metadata }: Anything) => metadata.name === 'kubernetes' && metadata.namespace === 'default')).toBe(true);
});

apiBehaviour('a service has what its type needs, and keeps it while it needs it', async (space) => {
  const path = space.core('services', 'web');
  const change = (spec: object) => space.patch('merge', path, { spec });
  const outside = await space.create(space.core('services'), {
    metadata: { name: 'web' },
    spec: { type: 'ExternalName', externalName: 'foo.example.com' },
  });
  expect(outside.spec.clusterIP).toBeUndefined();
  const inside = await change({ type: 'ClusterIP', externalName: null, ports });
  expect(inside.spec).toMatchObject({ clusterIPs: [inside.spec.clusterIP], ipFamilyPolicy: 'SingleStack' });
  const onNodes = await change({ type: 'NodePort' });
  const { nodePort } = onNodes.spec.ports[0];
  expect(onNodes.spec.clusterIP).toBe(inside.spec.clusterIP);
  const other = { metadata: { name: 'other' }, spec: { type: 'NodePort', ports: [{ port: 80, nodePort }] } };
  const taken = `spec.ports[0].nodePort: Invalid value: ${nodePort}: provided port is already allocated`;
  expect((await space.refused('POST', space.core('services'), other)).message).toContain(taken);
  expect((await change({ type: 'LoadBalancer' })).spec).toMatchObject({ allocateLoadBalancerNodePorts: true, ports: [{ nodePort }] });
  const checked = await change({ externalTrafficPolicy: 'Local' });
  expect(checked.spec.healthCheckNodePort).toBeGreaterThan(0);
  const back = await change({ type: 'ClusterIP' });
  for (const field of ['healthCheckNodePort', 'externalTrafficPolicy', 'allocateLoadBalancerNodePorts'])
    expect(back.spec[field]).toBeUndefined();
  expect(back.spec.ports[0].nodePort).toBeUndefined();
  expect((await space.create(space.core('services'), other)).spec.ports[0].nodePort).toBe(nodePort);
  const gone = await change({ type: 'ExternalName', externalName: 'foo.example.com' });
  expect(gone.spec.clusterIP).toBeUndefined();
});
