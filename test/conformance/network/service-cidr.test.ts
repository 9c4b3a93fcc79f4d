// Conformance: "ServiceCIDR and IPAddress API should support {ServiceCIDR,IPAddress} API operations".
import { randomInt } from 'node:crypto';
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { eventually } from '../../support/process.ts';

const NETWORKS = '/apis/networking.k8s.io/v1/servicecidrs';
const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses';
const READY = 'Kubernetes Service CIDR is ready';

const readyOf = ({ status }: Anything) => status?.conditions?.find(({ type }: Anything) => type === 'Ready');
/** One of a test's own, so that tests do not meet. */
const randomNetwork = () => `10.${randomInt(200, 240)}.${randomInt(256)}`;

async function network(space: ApiSpace, name: string, cidr: string): Promise<void> {
  await space.create(NETWORKS, { metadata: { name }, spec: { cidrs: [cidr] } });
  await eventually(async () => expect(readyOf(await space.get(`${NETWORKS}/${name}`))?.message).toBe(READY), 30);
}

const service = (space: ApiSpace, name: string, spec: object = {}) =>
  space.create(space.core('services'), { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } });

apiBehaviour('the network of services is a resource that can be read, changed and watched', async (space) => {
  const { resources } = await space.get('/apis/networking.k8s.io/v1');
  const verbsOf = (wanted: string) => resources.find(({ name }: Anything) => name === wanted)?.verbs;
  expect(verbsOf('servicecidrs')).toEqual(['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']);
  expect(verbsOf('servicecidrs/status')).toEqual(['get', 'patch', 'update']);
  const kubernetes = `${NETWORKS}/kubernetes`;
  const first = await space.get(kubernetes);
  expect(readyOf(first)?.status).toBe('True');
  const { metadata: now } = await space.get(NETWORKS);
  using watch = await space.watch(`${NETWORKS}?fieldSelector=metadata.name%3Dkubernetes&resourceVersion=${now.resourceVersion}`);
  const annotations = { [space.namespace]: 'patched' };
  expect((await space.patch('merge', kubernetes, { metadata: { annotations } })).metadata.annotations).toMatchObject(annotations);
  const updated = await space.update(kubernetes, ({ metadata }) => {
    metadata.annotations[space.namespace] = 'updated';
  });
  expect(updated.metadata.annotations[space.namespace]).toBe('updated');
  await watch.until(({ type, object }) => type === 'MODIFIED' && object.metadata.annotations?.[space.namespace] === 'updated');
  expect(namesOf(await space.get(NETWORKS))).toContain('kubernetes');
  await space.patch('merge', kubernetes, { metadata: { annotations: { [space.namespace]: null } } });
});

apiBehaviour('the status of a network is its controllers’, and anybody’s to add to', async (space) => {
  const path = `${NETWORKS}/${space.namespace}`;
  await network(space, space.namespace, `${randomNetwork()}.0/24`);
  const condition = (status: string) => ({
    type: 'Example',
    status,
    reason: 'Test',
    message: '',
    lastTransitionTime: '2024-01-01T00:00:00Z',
  });
  const conditions = [readyOf(await space.get(path)), condition('True')];
  expect((await space.patch('merge', `${path}/status`, { status: { conditions } })).status.conditions).toMatchObject(conditions);
  const updated = await space.update(
    path,
    ({ status, spec }) => {
      status.conditions = status.conditions.map((seen: Anything) => (seen.type === 'Example' ? condition('False') : seen));
      spec.cidrs = ['10.0.0.0/24'];
    },
    '/status',
  );
  expect(updated.status.conditions).toContainEqual(condition('False'));
  expect(updated.spec.cidrs).not.toContain('10.0.0.0/24');
  expect((await space.refused('PUT', path, { ...updated, spec: { cidrs: ['10.0.0.0/24'] } })).reason).toBe('Invalid');
  await space.delete(path);
});

apiBehaviour('addresses are resources that can be created, changed, watched and deleted', async (space) => {
  const { resources } = await space.get('/apis/networking.k8s.io/v1');
  expect(resources.find(({ name }: Anything) => name === 'ipaddresses')).toMatchObject({
    kind: 'IPAddress',
    namespaced: false,
    shortNames: ['ip'],
  });
  const labels = { [space.namespace]: 'true' };
  const names = [1, 2, 3].map((last) => `192.168.${randomInt(256)}.${last}`);
  const parentRef = { group: 'example.com', resource: 'foos', namespace: 'bars', name: 'gateway' };
  const all = `${ADDRESSES}?${byLabels(labels)}`;
  for (const name of names) await space.create(ADDRESSES, { metadata: { name, labels }, spec: { parentRef } });
  const list = await space.get(all);
  expect(namesOf(list).sort()).toEqual([...names].sort());
  using watch = await space.watch(`${all}&resourceVersion=${list.metadata.resourceVersion}`);
  const first = `${ADDRESSES}/${names[0]}`;
  expect((await space.get(first)).spec.parentRef).toEqual(parentRef);
  const patched = await space.patch('merge', first, { metadata: { annotations: { patched: 'true' } } });
  expect(patched.metadata.annotations).toEqual({ patched: 'true' });
  await space.update(first, ({ metadata }) => {
    metadata.annotations.updated = 'true';
  });
  await watch.until(({ type, object }) => type === 'MODIFIED' && object.metadata.annotations?.updated === 'true');
  const other = { metadata: { name: names[0] }, spec: { parentRef: { ...parentRef, name: 'other' } } };
  expect((await space.refused('PUT', first, other)).message).toContain('field is immutable');
  await space.delete(first);
  await watch.until(({ type, object }) => type === 'DELETED' && object.metadata.name === names[0]);
  await space.delete(all);
  expect((await space.get(all)).items).toEqual([]);
});

apiBehaviour('whose an address is can be looked up, as long as it is somebody’s', async (space) => {
  const { spec } = await service(space, 'web');
  const path = `${ADDRESSES}/${spec.clusterIP}`;
  expect(await space.get(path)).toMatchObject({
    metadata: { labels: { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io', 'ipaddress.kubernetes.io/ip-family': 'IPv4' } },
    spec: { parentRef: { resource: 'services', namespace: space.namespace, name: 'web' } },
  });
  expect((await space.refused('POST', space.core('services'), named('again', spec.clusterIP))).message).toContain(
    `failed to allocate IP ${spec.clusterIP}: provided IP is already allocated`,
  );
  await space.patch('merge', space.core('services', 'web'), { spec: { type: 'ExternalName', externalName: 'example.com' } });
  expect((await space.refused('GET', path)).reason).toBe('NotFound');
  const back = await space.patch('merge', space.core('services', 'web'), { spec: { type: 'ClusterIP', externalName: null } });
  expect((await space.get(`${ADDRESSES}/${back.spec.clusterIP}`)).spec.parentRef.name).toBe('web');
  await space.delete(space.core('services', 'web'));
  expect((await space.refused('GET', `${ADDRESSES}/${back.spec.clusterIP}`)).reason).toBe('NotFound');
});

const named = (name: string, clusterIP: string) => ({ metadata: { name }, spec: { clusterIP, ports: [{ port: 80 }] } });

apiBehaviour('a network more makes room, and goes once no service has an address of it', async (space) => {
  const start = randomNetwork();
  const path = `${NETWORKS}/${space.namespace}`;
  const refusal = 'the provided network does not match the current range';
  expect((await space.refused('POST', space.core('services'), named('early', `${start}.9`))).message).toContain(refusal);
  await network(space, space.namespace, `${start}.0/24`);
  expect((await space.create(space.core('services'), named('web', `${start}.9`))).spec.clusterIP).toBe(`${start}.9`);
  await space.delete(path);
  await eventually(async () => {
    expect(readyOf(await space.get(path))).toMatchObject({
      status: 'False',
      reason: 'Terminating',
      message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
    });
  }, 30);
  expect((await space.refused('POST', space.core('services'), named('late', `${start}.10`))).message).toContain(refusal);
  await space.delete(space.core('services', 'web'));
  await eventually(async () => expect((await space.ask('GET', path)).code).toBe(404), 60);
});
