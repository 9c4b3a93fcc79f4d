import { describe, expect, test } from 'vitest';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.ts';
import { services } from '../../api/resources.ts';
import { ClusterIpAllocator } from './cluster-ips.ts';
import { IpRange } from './ip-range.ts';

const put = { dryRun: false };

function given(cidr = '10.96.0.0/29') {
  const clock = new FakeClock(0);
  const store = new MemoryObjectStore();
  const service = (name: string, clusterIP: string) =>
    store.put(services, { metadata: { namespace: 'ns', name }, spec: { clusterIP, clusterIPs: [clusterIP] } });
  service('kubernetes', '10.96.0.1');
  return { clock, store, service, addresses: new ClusterIpAllocator(cidr, store, clock) };
}

describe('ranges', () => {
  test.each([
    { cidr: '10.96.0.0/16', size: 65_534, first: '10.96.0.1', inside: '10.96.255.254', outside: '10.96.255.255' },
    { cidr: '10.0.0.77/30', size: 2, first: '10.0.0.77', inside: '10.0.0.78', outside: '10.0.0.76' },
    { cidr: '192.168.0.0/29', size: 6, first: '192.168.0.1', inside: '192.168.0.6', outside: '192.168.0.0' },
  ])('$cidr', ({ cidr, size, first, inside, outside }) => {
    const range = new IpRange(cidr);
    expect([range.size, range.at(1), range.contains(inside), range.contains(outside), range.contains('::1')]).toEqual([
      size,
      first,
      true,
      false,
      false,
    ]);
  });

  test.each(['10.96.0.0', '10.96.0.0/33', 'fd00::/108', '10.96.0.0/4'])('%s is none', (cidr) => {
    expect(() => new IpRange(cidr)).toThrow(`invalid service cluster IP range ${cidr}`);
  });
});

test('everyone gets another address, until there are no more', () => {
  const { addresses } = given();
  const taken = ['a', 'b', 'c', 'd', 'e'].map((owner) => addresses.takeNext(`ns/${owner}`, put));
  expect(taken.sort()).toEqual(['10.96.0.2', '10.96.0.3', '10.96.0.4', '10.96.0.5', '10.96.0.6']);
  expect(() => addresses.takeNext('ns/f', put)).toThrow('range is full');
});

test('addresses that users may want to name are taken last', () => {
  const { addresses } = given('10.96.0.0/24');
  for (let index = 0; index < 100; index++) expect(Number(addresses.takeNext(`ns/${index}`, put).split('.')[3])).toBeGreaterThan(16);
});

test('a promise that is not kept is forgotten after a while', async () => {
  const { addresses, clock } = given();
  addresses.take('10.96.0.2', 'ns/a', put);
  expect(() => addresses.take('10.96.0.2', 'ns/b', put)).toThrow('provided IP is already allocated');
  await clock.advance(61_000);
  addresses.take('10.96.0.2', 'ns/b', put);
});

test('a promise that is kept lasts as long as the service', async () => {
  const { addresses, clock, service, store } = given();
  addresses.take('10.96.0.2', 'ns/a', put);
  service('a', '10.96.0.2');
  await clock.advance(3_600_000);
  expect(() => addresses.take('10.96.0.2', 'ns/b', put)).toThrow('provided IP is already allocated');
  await store.delete(services, 'ns', 'a');
  addresses.take('10.96.0.2', 'ns/b', put);
});

test('a service that has its address already blocks nobody by writing it again', async () => {
  const { addresses, service, store } = given();
  service('a', '10.96.0.2');
  addresses.take('10.96.0.2', 'ns/a', put);
  await store.delete(services, 'ns', 'a');
  addresses.take('10.96.0.2', 'ns/b', put);
});

test('a write that failed gives back', () => {
  const { addresses } = given();
  addresses.take('10.96.0.2', 'ns/a', put);
  addresses.release('ns/a');
  addresses.take('10.96.0.2', 'ns/b', put);
});

test('a dry run takes nothing', () => {
  const { addresses } = given();
  addresses.take('10.96.0.2', 'ns/a', { dryRun: true });
  addresses.take('10.96.0.2', 'ns/b', put);
});
