// Conformance: "Endpoints should test the lifecycle of an Endpoint",
// "EndpointsController should create and delete Endpoints for a Service with a selector that matches no pods".
import { expect } from 'vitest';
import { apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import { eventually } from '../../support/process.ts';

apiBehaviour('endpoints come, change and go as they are told', async (space) => {
  const labels = { 'test-endpoint-static': space.namespace };
  const own = space.core('endpoints');
  const one = space.core('endpoints', 'testservice');
  const everywhere = `/api/v1/endpoints?${byLabels(labels)}`;
  const { metadata } = await space.get(everywhere);
  using watch = await space.watch(`${everywhere}&resourceVersion=${metadata.resourceVersion}`);
  await space.create(own, {
    metadata: { name: 'testservice', labels },
    subsets: [{ addresses: [{ ip: '10.0.0.24' }], ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }],
  });
  expect((await watch.next()).type).toBe('ADDED');
  expect(namesOf(await space.get(everywhere))).toEqual(['testservice']);

  const updated = await space.update(one, (endpoints) => {
    endpoints.metadata.labels['test-service'] = 'updated';
  });
  expect(updated.metadata.labels['test-service']).toBe('updated');
  expect((await watch.next()).object.metadata.labels['test-service']).toBe('updated');
  expect((await space.get(one)).subsets[0].addresses).toEqual([{ ip: '10.0.0.24' }]);

  const subsets = [{ addresses: [{ ip: '10.0.0.25' }], ports: [{ name: 'http-test', port: 8080, protocol: 'TCP' }] }];
  await space.patch('strategic', one, { metadata: { labels: { 'test-service': 'patched' } }, subsets });
  const { type, object } = await watch.next();
  expect([type, object.metadata.labels['test-service'], object.subsets]).toEqual(['MODIFIED', 'patched', subsets]);

  await space.delete(`${own}?${byLabels(labels)}`);
  expect((await watch.next()).type).toBe('DELETED');
  expect((await space.refused('GET', one)).reason).toBe('NotFound');
});

apiBehaviour('a service whose selector matches nothing has endpoints, which go with it', async (space) => {
  const selector = { 'does-not-match-anything': 'endpoints-and-endpoint-slices-should-still-be-created' };
  await space.create(space.core('services'), {
    metadata: { name: 'example-empty-selector' },
    spec: { selector, ports: [{ name: 'example', port: 80, protocol: 'TCP' }] },
  });
  const path = space.core('endpoints', 'example-empty-selector');
  const endpoints = await eventually(() => space.get(path), 30);
  expect(endpoints.subsets ?? []).toEqual([]);
  await space.delete(space.core('services', 'example-empty-selector'));
  await eventually(async () => expect((await space.ask('GET', path)).code).toBe(404), 30);
});
