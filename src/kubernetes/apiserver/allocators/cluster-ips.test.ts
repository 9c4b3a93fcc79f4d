import { expect, test } from 'vitest';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.ts';
import type { Service } from '../../api/generated/core-v1.ts';
import type { ServiceCIDR } from '../../api/generated/networking-v1.ts';
import { ipAddresses, serviceCIDrs } from '../../api/resources.ts';
import { ClusterIpAllocator } from './cluster-ips.ts';
import { ServiceNetworks } from './service-networks.ts';

const service: Service = { metadata: { namespace: 'ns', name: 'a' }, spec: {} };
const network = (name: string, cidrs: string[], rest: Partial<ServiceCIDR> = {}): ServiceCIDR => ({
  metadata: { name },
  spec: { cidrs },
  ...rest,
});

function given(...cidrs: string[]) {
  const store = new MemoryObjectStore();
  store.put(serviceCIDrs, network('kubernetes', cidrs));
  const networks = new ServiceNetworks(store);
  return { store, addresses: new ClusterIpAllocator(store, networks, async () => {}) };
}

const takeAll = async (addresses: ClusterIpAllocator, count: number) =>
  (await Promise.all(Array.from({ length: count }, () => addresses.takeNext('IPv4', service)))).sort();

test('everyone gets another address, until there are no more', async () => {
  const { addresses } = given('10.96.0.0/29');
  expect(await takeAll(addresses, 6)).toEqual([1, 2, 3, 4, 5, 6].map((last) => `10.96.0.${last}`));
  await expect(addresses.takeNext('IPv4', service)).rejects.toThrow('range is full');
});

test('addresses that users may want to name are taken last', async () => {
  const { addresses } = given('10.96.0.0/27');
  expect((await takeAll(addresses, 14)).every((address) => Number(address.split('.')[3]) > 16)).toBe(true);
  expect(await takeAll(addresses, 16)).toContain('10.96.0.1');
});

test('the record says whose an address is', async () => {
  const { addresses, store } = given('10.96.0.0/29');
  await addresses.take('10.96.0.5', 'IPv4', service);
  expect(store.get(ipAddresses, '', '10.96.0.5')).toMatchObject({
    metadata: { labels: { 'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io', 'ipaddress.kubernetes.io/ip-family': 'IPv4' } },
    spec: { parentRef: { resource: 'services', namespace: 'ns', name: 'a' } },
  });
});

test('an address can be named once, until it is given back', async () => {
  const { addresses } = given('10.96.0.0/29', 'fd00::/112');
  await addresses.take('FD00::0:A', 'IPv6', service);
  await expect(addresses.take('fd00::a', 'IPv6', service)).rejects.toThrow('provided IP is already allocated');
  await addresses.release('fd00:0::a', { metadata: { namespace: 'ns', name: 'b' }, spec: {} });
  await expect(addresses.take('fd00::a', 'IPv6', service)).rejects.toThrow('provided IP is already allocated');
  await addresses.release('fd00:0::a', service);
  await addresses.take('fd00::a', 'IPv6', service);
});

test.each([{ address: '10.97.0.1' }, { address: '10.96.0.0' }, { address: '10.96.0.7' }])(
  '$address is of no network',
  async ({ address }) => {
    const { addresses } = given('10.96.0.0/29');
    await expect(addresses.take(address, 'IPv4', service)).rejects.toThrow('the provided network does not match the current range');
    const range = 'The range of valid IPs is 10.96.0.0/29';
    expect(() => addresses.try(address, 'IPv4')).toThrow(`the provided IP (${address}) is not in the valid range. ${range}`);
  },
);

test('another network makes room, unless it is not ready or on its way out', async () => {
  const { addresses, store } = given('10.96.0.0/30');
  await takeAll(addresses, 2);
  const condition = { type: 'Ready', status: 'False' as const, reason: '', message: '', lastTransitionTime: '' };
  store.put(serviceCIDrs, network('failed', ['10.97.0.0/30'], { status: { conditions: [condition] } }));
  store.put(serviceCIDrs, {
    ...network('going', ['10.98.0.0/30']),
    metadata: { name: 'going', deletionTimestamp: '2026-01-01T00:00:00Z' },
  });
  await expect(addresses.takeNext('IPv4', service)).rejects.toThrow('range is full');
  store.put(serviceCIDrs, network('more', ['10.99.0.0/30']));
  expect(await addresses.takeNext('IPv4', service)).toMatch(/^10\.99\.0\.[12]$/);
});
