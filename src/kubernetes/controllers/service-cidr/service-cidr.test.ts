import { describe, expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { IPAddress, ServiceCIDR } from '../../api/generated/networking-v1.ts';
import { ipAddresses, serviceCIDrs } from '../../api/resources.ts';
import { serviceCidrController } from './controller.ts';
import { containsAddress, containsNetwork } from './networks.ts';

const network = (name: string, ...cidrs: string[]): ServiceCIDR => ({ metadata: { name }, spec: { cidrs } });
const address = (name: string, managedBy = 'ipallocator.k8s.io'): IPAddress => ({
  metadata: { name, labels: { 'ipaddress.kubernetes.io/managed-by': managedBy } },
  spec: { parentRef: { resource: 'services', namespace: 'ns', name: 'a' } },
});

describe('networks', () => {
  test.each([
    { outer: '10.0.0.0/8', inner: '10.1.0.0/16', contains: true },
    { outer: '10.1.0.0/16', inner: '10.1.0.0/16', contains: true },
    { outer: '10.1.0.0/16', inner: '10.0.0.0/8', contains: false },
    { outer: '0.0.0.0/0', inner: 'fd00::/64', contains: false },
  ])('$inner in $outer: $contains', ({ outer, inner, contains }) => {
    expect(containsNetwork(outer, inner)).toBe(contains);
  });

  test.each([
    { cidr: '10.1.0.0/24', name: '10.1.0.1', contains: true },
    { cidr: '10.1.0.0/24', name: '10.1.0.0', contains: false },
    { cidr: '10.1.0.0/24', name: '10.1.0.255', contains: false },
    { cidr: 'fd00::/120', name: 'fd00::ff', contains: true },
    { cidr: 'fd00::/120', name: 'fd00::', contains: false },
    { cidr: '10.1.0.0/24', name: '10.1.1.1', contains: false },
  ])('$name in $cidr: $contains', ({ cidr, name, contains }) => {
    expect(containsAddress(cidr, name)).toBe(contains);
  });
});

async function given(networks: readonly ServiceCIDR[], addresses: readonly IPAddress[] = []) {
  const world = controllersOnFakes(serviceCidrController);
  for (const one of networks) await world.api.create(serviceCIDrs, one);
  for (const one of addresses) await world.api.create(ipAddresses, one);
  await world.settle();
  const names = async () => (await world.api.list(serviceCIDrs)).items.map(({ metadata }) => metadata.name);
  const get = (name: string) => world.api.get(serviceCIDrs, { name });
  const remove = async (name: string) => {
    await world.api.delete(serviceCIDrs, { name });
    await world.clock.advance(11_000);
  };
  return { ...world, names, get, remove, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

test('a network is protected and ready', async () => {
  await using world = await given([network('a', '10.1.0.0/24')]);
  expect(await world.get('a')).toMatchObject({
    metadata: { finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
    status: { conditions: [{ type: 'Ready', status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' }] },
  });
});

test('one that nobody needs goes after a while', async () => {
  await using world = await given([network('a', '10.1.0.0/24')], [address('10.2.0.1'), address('10.1.0.1', 'somebody')]);
  await world.api.delete(serviceCIDrs, { name: 'a' });
  await world.settle();
  expect(await world.names()).toEqual(['a']);
  await world.clock.advance(11_000);
  expect(await world.names()).toEqual([]);
});

test('one with addresses says why it stays, and goes when they are gone', async () => {
  await using world = await given([network('a', '10.1.0.0/24')], [address('10.1.0.1')]);
  await world.remove('a');
  expect((await world.get('a')).status?.conditions).toMatchObject([
    {
      type: 'Ready',
      status: 'False',
      reason: 'Terminating',
      message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
    },
  ]);
  await world.api.delete(ipAddresses, { name: '10.1.0.1' });
  await world.settle();
  expect(await world.names()).toEqual([]);
});

test('one whose addresses are of another network too goes', async () => {
  await using world = await given([network('a', '10.1.0.0/24')], [address('10.1.0.1')]);
  await world.remove('a');
  await world.api.create(serviceCIDrs, network('wide', '10.0.0.0/8'));
  await world.settle();
  expect(await world.names()).toEqual(['wide']);
});

test('one of both families stays for an address of either', async () => {
  await using world = await given([network('a', '10.1.0.0/24', 'fd00::/112'), network('b', '10.1.0.0/16')], [address('fd00::1')]);
  await world.remove('a');
  expect(await world.names()).toEqual(['a', 'b']);
});
