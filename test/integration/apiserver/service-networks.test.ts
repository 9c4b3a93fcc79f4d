import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { SqliteStorage } from '../../../src/kubernetes/storage/sqlite/sqlite-storage.ts';
import type { Storage } from '../../../src/kubernetes/storage/storage.ts';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses';
const NETWORKS = '/apis/networking.k8s.io/v1/servicecidrs';

const post = (server: TestApiServer, name: string, spec: object) =>
  server.call('POST', SERVICES, { body: { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } } });
const patch = (server: TestApiServer, name: string, spec: object) =>
  server.call('PATCH', `${SERVICES}/${name}`, { body: { spec }, headers: { 'content-type': 'application/merge-patch+json' } });

test('a cluster of two families gives a service an address of each, and takes the second back', async () => {
  await using server = await startApiServer({ config: { serviceClusterIPRange: '10.96.0.0/24,fd00:10:96::/112' } });
  expect((await server.call('GET', `${NETWORKS}/kubernetes`)).body.spec.cidrs).toEqual(['10.96.0.0/24', 'fd00:10:96::/112']);
  expect((await post(server, 'one', {})).body.spec).toMatchObject({ ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  const { spec } = (await post(server, 'two', { ipFamilyPolicy: 'RequireDualStack' })).body;
  expect(spec.ipFamilies).toEqual(['IPv4', 'IPv6']);
  expect(spec.clusterIPs).toEqual([expect.stringMatching(/^10\.96\.0\./), expect.stringMatching(/^fd00:10:96::/)]);
  expect((await server.call('GET', `${ADDRESSES}/${spec.clusterIPs[1]}`)).body.metadata.labels).toMatchObject({
    'ipaddress.kubernetes.io/ip-family': 'IPv6',
  });
  const single = await patch(server, 'two', { ipFamilyPolicy: 'SingleStack' });
  expect(single.body.spec.clusterIPs).toEqual([spec.clusterIP]);
  expect((await server.call('GET', `${ADDRESSES}/${spec.clusterIPs[1]}`)).code).toBe(404);
  const both = await patch(server, 'two', { ipFamilyPolicy: 'PreferDualStack' });
  expect(both.body.spec.clusterIPs).toHaveLength(2);
  expect((await post(server, 'six', { ipFamilies: ['IPv6'], clusterIP: 'fd00:10:96::5' })).body.spec.clusterIPs).toEqual(['fd00:10:96::5']);
});

test('a network more makes room when the first is full', async () => {
  await using server = await startApiServer({ config: { serviceClusterIPRange: '10.96.0.0/30' } });
  expect((await post(server, 'a', {})).body.spec.clusterIP).toBe('10.96.0.2');
  expect((await post(server, 'b', {})).code).toBe(500);
  const more = { metadata: { name: 'more' }, spec: { cidrs: ['10.97.0.0/24'] } };
  expect((await server.call('POST', NETWORKS, { body: more })).code).toBe(201);
  expect((await post(server, 'b', {})).body.spec.clusterIP).toMatch(/^10\.97\.0\./);
});

/** What a server stores, for another to start on as after an update or from a backup. */
async function storedBy<R>(work: (server: TestApiServer) => Promise<R>): Promise<{ storage: Storage; result: R }> {
  const storage = await SqliteStorage.open(':memory:', systemClock);
  const first = await startApiServer({ storage });
  const result = await work(first);
  await first.server.close();
  return { storage, result };
}

const forget = async (storage: Storage, key: string) => {
  const stored = await storage.get(key);
  expect((await storage.write({ key, expect: stored?.modRevision ?? -1 })).done).toBe(true);
};

test('services of a server that kept no records get them when the next one starts', async () => {
  const { storage, result } = await storedBy(async (first) => (await post(first, 'old', { type: 'NodePort' })).body.spec);
  const { clusterIP, ports } = result;
  await forget(storage, `/registry/ipaddresses/${clusterIP}`);
  await forget(storage, '/registry/ranges/servicenodeports');
  await using server = await startApiServer({ storage });
  expect((await server.call('GET', `${ADDRESSES}/${clusterIP}`)).body.spec.parentRef.name).toBe('old');
  expect((await post(server, 'new', { clusterIP })).body.message).toContain('provided IP is already allocated');
  expect((await post(server, 'new', { type: 'NodePort', ports })).body.message).toContain('provided port is already allocated');
  const { items } = (await server.call('GET', '/apis/events.k8s.io/v1/namespaces/default/events')).body;
  expect(items).toMatchObject([
    { reason: 'ClusterIPNotAllocated', reportingController: 'ipallocator-repair-controller', regarding: { name: 'old' } },
    { reason: 'PortNotAllocated', reportingController: 'portallocator-repair-controller', regarding: { name: 'old' } },
  ]);
});

test('a network stays when the flag says another, and that is told', async () => {
  const { storage } = await storedBy(async () => {});
  await using server = await startApiServer({ storage, config: { serviceClusterIPRange: '10.100.0.0/16' } });
  expect((await server.call('GET', `${NETWORKS}/kubernetes`)).body.spec.cidrs).toEqual(['10.96.0.0/16']);
  const { items } = (await server.call('GET', '/api/v1/namespaces/default/events')).body;
  expect(items).toMatchObject([
    {
      reason: 'KubernetesDefaultServiceCIDRInconsistent',
      message: 'The default ServiceCIDR [10.96.0.0/16] does not match the controller flag configurations [10.100.0.0/16]',
    },
  ]);
});
