import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeApi } from '../../../test/support/fake-api.ts';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { canUseNamespaces, Namespaces } from '../../../test/support/network-namespaces.ts';
import { silentLog } from '../../base/log.ts';
import type { Node } from '../api/generated/core-v1.ts';
import { nodes } from '../api/resources.ts';
import { Informers } from '../client/informers.ts';
import { startPodNetwork } from './pod-network.ts';
import { sealRules } from './seal.ts';

const node = (name: string, address: string, podCIDR: string): Node => ({
  metadata: { name },
  spec: { podCIDR },
  status: { addresses: [{ type: 'InternalIP', address }] },
});

/** A node with a pod, another node, and the world behind it. */
describe.skipIf(!canUseNamespaces)('pod network in a real kernel', () => {
  let net: Namespaces;
  let api: FakeApi;
  let clock: FakeClock;
  let stop: AbortController;
  let folder: string;
  let changed: { routes: number };

  beforeAll(async () => {
    net = new Namespaces();
    net.add('node', 'pod', 'other');
    net.link('node', 'pod', 'pod');
    net.ip('node', 'address add 10.244.0.1/32 dev pod');
    net.ip('node', 'route add 10.244.0.2/32 dev pod');
    net.ip('pod', 'address add 10.244.0.2/32 dev eth0');
    net.ip('pod', 'route add 10.244.0.1 dev eth0');
    net.ip('pod', 'route add default via 10.244.0.1');
    net.link('node', 'uplink', 'other');
    net.ip('node', 'address add 192.0.2.1/24 dev uplink');
    net.ip('node', 'route add default via 192.0.2.2');
    // The other node, a pod of it, and a host of the world, which has no way back to pods.
    for (const address of ['192.0.2.2/24', '192.0.2.3/24']) net.ip('other', `address add ${address} dev eth0`);
    for (const address of ['10.244.1.2/32', '203.0.113.1/32']) net.ip('other', `address add ${address} dev lo`);
    net.ip('other', 'route add 10.244.0.0/24 via 192.0.2.1');
    net.in('node', 'sysctl', ['-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.rp_filter=0']);
    await net.serve('other', 8080);
  });
  afterAll(async () => {
    await net[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    api = new FakeApi();
    clock = new FakeClock();
    stop = new AbortController();
    folder = await mkdtemp(join(tmpdir(), 'slipway-cni-'));
    changed = { routes: 0 };
    await api.create(nodes, node('node', '192.0.2.1', '10.244.0.0/24'));
    await api.create(nodes, node('other', '192.0.2.2', '10.244.1.0/24'));
    startPodNetwork({
      informers: new Informers(api, stop.signal),
      nodeName: 'node',
      clusterCIDR: '10.244.0.0/16',
      configFile: join(folder, 'net.d', '10-slipway.conflist'),
      programs: {
        loadRules: async (commands) => void net.in('node', 'nft', ['-f', '-'], commands),
        ip: async (args, input) => {
          const output = net.in('node', 'ip', args, input);
          if (args.includes('-batch')) changed.routes++;
          return output;
        },
      },
      clock,
      log: silentLog,
      signal: stop.signal,
    });
    await routesChanged(1);
  });
  afterEach(async () => {
    stop.abort();
    await rm(folder, { recursive: true });
    net.ip('node', 'route flush proto 83');
  });

  /** Lets time pass in small steps until routes were changed so many times in all. */
  async function routesChanged(times: number): Promise<void> {
    while (changed.routes < times) {
      await clock.advance(50);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  test('pods of other nodes and other nodes see a pod by its own address, the world by the node’s', () => {
    expect(net.ask('pod', 'tcp', '10.244.1.2', 8080)).toBe('other 10.244.0.2');
    expect(net.ask('pod', 'tcp', '192.0.2.2', 8080)).toBe('other 10.244.0.2');
    expect(net.ask('pod', 'tcp', '203.0.113.1', 8080)).toBe('other 192.0.2.1');
  });

  test('a node that comes back with another address', async () => {
    const present = await api.get(nodes, { name: 'other' });
    await api.updateStatus(nodes, { ...present, status: node('other', '192.0.2.3', '').status });
    await routesChanged(2);
    expect(net.ip('node', 'route show proto 83').trim()).toBe('10.244.1.0/24 via 192.0.2.3 dev uplink');
    expect(net.ask('pod', 'tcp', '10.244.1.2', 8080)).toBe('other 10.244.0.2');
  });

  test('a route that was lost comes back with the next look', async () => {
    net.ip('node', 'route flush proto 83');
    await clock.advance(299_000);
    await routesChanged(2);
    expect(net.ask('pod', 'tcp', '10.244.1.2', 8080)).toBe('other 10.244.0.2');
  });

  test('the CNI configuration has the node’s pod addresses', async () => {
    let text = '';
    while (!text) text = await readFile(join(folder, 'net.d', '10-slipway.conflist'), 'utf8').catch(() => '');
    expect(JSON.parse(text)).toMatchObject({
      name: 'slipway',
      plugins: [{ type: 'ptp', ipam: { ranges: [[{ subnet: '10.244.0.0/24' }]] } }, { type: 'portmap' }],
    });
  });

  test('a sealed node refuses what would leave its networks', () => {
    net.in('node', 'nft', ['-f', '-'], sealRules(['192.0.2.0/24', '10.244.0.0/16']));
    expect(net.ask('pod', 'tcp', '203.0.113.1', 8080)).toBe('ECONNREFUSED');
    expect(net.ask('node', 'tcp', '203.0.113.1', 8080)).toBe('ECONNREFUSED');
    expect(net.ask('pod', 'tcp', '10.244.1.2', 8080)).toBe('other 10.244.0.2');
    expect(net.ask('other', 'tcp', '192.0.2.2', 8080)).toBe('other 192.0.2.2');
  });
});
