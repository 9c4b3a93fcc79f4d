import { beforeEach, expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.ts';
import { silentLog } from '../../../base/log.ts';
import type { ServiceSpec } from '../../api/generated/core-v1.ts';
import { events, ipAddresses, serviceCIDrs, services } from '../../api/resources.ts';
import { formatTime } from '../../machinery/meta.ts';
import { SqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import { ipAddressFor } from './ip-address-object.ts';
import { NodePortAllocator } from './node-ports.ts';
import { PortBitmap } from './port-bitmap.ts';
import { PortRecord } from './port-record.ts';
import { AddressRepair } from './repair-addresses.ts';
import { PortRepair } from './repair-ports.ts';
import { ServerEvents } from './server-events.ts';
import { ServiceNetworks } from './service-networks.ts';

let clock: FakeClock;
let store: MemoryObjectStore;
beforeEach(() => {
  clock = new FakeClock(Date.parse('2026-01-01T00:00:00Z'));
  store = new MemoryObjectStore();
  store.put(serviceCIDrs, { metadata: { name: 'kubernetes' }, spec: { cidrs: ['10.96.0.0/24'] } });
});

const service = (name: string, spec: ServiceSpec) =>
  store.put(services, { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'ns', name }, spec: { type: 'ClusterIP', ...spec } });
const withAddress = (name: string, clusterIP: string) => service(name, { clusterIP, clusterIPs: [clusterIP] });

function record(address: string, name: string, createdSecondsAgo = 0) {
  const object = ipAddressFor(address, { metadata: { namespace: 'ns', name }, spec: {} });
  object.metadata.creationTimestamp = formatTime(clock.now() - createdSecondsAgo * 1000);
  return store.put(ipAddresses, object);
}

const recorder = (component: string) => new ServerEvents({ component, action: 'Repair', store, clock, log: silentLog });
const told = () => store.list(events).map(({ reason, message }) => [reason, message]);
const recorded = () => store.list(ipAddresses).map(({ metadata, spec }) => `${metadata.name} ${spec.parentRef.name}`);

function addressRepair() {
  return new AddressRepair({ store, networks: new ServiceNetworks(store), events: recorder('ipallocator-repair-controller'), clock });
}

test('what fits is left alone', async () => {
  withAddress('a', '10.96.0.9');
  service('headless', { clusterIPs: ['None'] });
  service('outside', { type: 'ExternalName' });
  const { metadata } = record('10.96.0.9', 'a', 100);
  await addressRepair().run();
  expect(store.list(ipAddresses)[0]?.metadata.resourceVersion).toBe(metadata.resourceVersion);
  expect(told()).toEqual([]);
});

test('a service without a record gets one', async () => {
  withAddress('a', '10.96.0.9');
  await addressRepair().run();
  expect(recorded()).toEqual(['10.96.0.9 a']);
  expect(told()).toEqual([['ClusterIPNotAllocated', 'Cluster IP [IPv4]: 10.96.0.9 is not allocated; repairing']]);
});

test('an address of no network is told, again and again as one event', async () => {
  withAddress('a', '10.1.0.9');
  const repair = addressRepair();
  await repair.run();
  await clock.advance(180_000);
  await repair.run();
  expect(recorded()).toEqual([]);
  expect(told()).toEqual([
    ['ClusterIPOutOfRange', 'Cluster IP [IPv4]: 10.1.0.9 is not within any configured Service CIDR; please recreate service'],
  ]);
  expect(store.list(events)[0]).toMatchObject({ reportingComponent: 'ipallocator-repair-controller', series: { count: 2 } });
});

test('of two services with one address, the one on record keeps it', async () => {
  withAddress('a', '10.96.0.9');
  withAddress('b', '10.96.0.9');
  record('10.96.0.9', 'a');
  await addressRepair().run();
  expect(recorded()).toEqual(['10.96.0.9 a']);
  expect(told()).toEqual([
    ['ClusterIPAlreadyAllocated', 'Cluster IP [IPv4]:10.96.0.9 was assigned to multiple services; please recreate service'],
  ]);
});

test.each([
  { name: 'of a service that is gone', parent: 'gone', labels: undefined },
  { name: 'without its labels', parent: 'a', labels: {} },
])('a record $name is made anew', async ({ parent, labels }) => {
  withAddress('a', '10.96.0.9');
  const before = record('10.96.0.9', parent);
  if (labels) store.put(ipAddresses, { ...before, metadata: { ...before.metadata, labels } });
  await addressRepair().run();
  expect(recorded()).toEqual(['10.96.0.9 a']);
  expect(store.list(ipAddresses)[0]?.metadata.labels).toHaveProperty('ipaddress.kubernetes.io/managed-by');
});

test('a leaked record goes when no request can still be using it', async () => {
  record('10.96.0.9', 'gone', 30);
  const repair = addressRepair();
  await repair.run();
  expect(recorded()).toEqual(['10.96.0.9 gone']);
  await clock.advance(31_000);
  await repair.run();
  expect(recorded()).toEqual([]);
  expect(told()).toEqual([['IPAddressNotAllocated', 'IPAddress: 10.96.0.9 for Service ns/gone appears to have leaked: cleaning up']]);
});

test('records of others are theirs', async () => {
  store.put(ipAddresses, {
    metadata: { name: '10.96.0.9' },
    spec: { parentRef: { group: 'example.com', resource: 'gateways', name: 'a' } },
  });
  await addressRepair().run();
  expect(recorded()).toEqual(['10.96.0.9 a']);
});

async function portRepair() {
  const storage = await SqliteStorage.open(':memory:', clock);
  const portRecord = new PortRecord(storage);
  const ports = new NodePortAllocator({ from: 30_000, to: 30_099 }, portRecord);
  const repair = new PortRepair({
    store,
    ports,
    record: portRecord,
    events: recorder('portallocator-repair-controller'),
    catchUp: async () => {},
  });
  return { ports, portRecord, repair, [Symbol.asyncDispose]: () => storage.close() };
}
const withPort = (name: string, nodePort: number) => service(name, { type: 'NodePort', ports: [{ port: 80, nodePort }] });

test('node ports of services are taken, once', async () => {
  await using given = await portRepair();
  withPort('a', 30_001);
  withPort('b', 30_001);
  withPort('far', 20_000);
  service('both', {
    type: 'NodePort',
    ports: [
      { port: 53, nodePort: 30_053, protocol: 'TCP' },
      { port: 53, nodePort: 30_053, protocol: 'UDP' },
    ],
  });
  await given.repair.run();
  expect(await Promise.all([30_001, 30_053, 30_002].map((port) => given.ports.has(port)))).toEqual([true, true, false]);
  expect(told()).toEqual([
    ['PortNotAllocated', 'Port 30001 is not allocated; repairing'],
    ['PortAlreadyAllocated', 'Port 30001 was assigned to multiple services; please recreate service'],
    ['PortOutOfRange', 'Port 20000 is not within the port range 30000-30099; please recreate service'],
    ['PortNotAllocated', 'Port 30053 is not allocated; repairing'],
  ]);
});

test('a port nobody has is free after some runs', async () => {
  await using given = await portRepair();
  await given.ports.take(30_001);
  for (const taken of [true, true, true, false]) {
    await given.repair.run();
    expect((await given.portRecord.read()).taken.has(1), told().join()).toBe(taken);
  }
  await given.ports.take(30_001);
});

test('the record of another range is made into one of this', async () => {
  await using given = await portRepair();
  withPort('a', 30_001);
  const old = new PortBitmap();
  old.add(10_001);
  await given.portRecord.write('20000-31000', old, await given.portRecord.read());
  await expect(given.ports.take(30_002)).rejects.toThrow('does not match the current port range');
  await given.repair.run();
  await given.ports.take(30_002);
  expect(told()).toEqual([]);
});
