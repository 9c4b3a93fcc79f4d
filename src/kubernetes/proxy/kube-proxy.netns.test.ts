import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FakeApi } from '../../../test/support/fake-api.ts';
import { canUseNamespaces, Namespaces } from '../../../test/support/network-namespaces.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { ServiceSpec } from '../api/generated/core-v1.ts';
import { endpointSlices, services } from '../api/resources.ts';
import { Informers } from '../client/informers.ts';
import { startKubeProxy } from './kube-proxy.ts';
import { service, slice, type TestEndpoint } from './testing.ts';

const POD_A = { ip: '10.244.0.2', node: 'here' };
const POD_B = { ip: '10.244.0.3', node: 'here' };
const AWAY = { ip: '10.244.1.2', node: 'there' };
const VIP = '10.96.0.60';
const NODE = '192.0.2.1';

/** One node with two pods, a pod of another node behind `outside`, which also plays the world. */
describe.skipIf(!canUseNamespaces)('service rules in a real kernel', () => {
  let net: Namespaces;
  let api: FakeApi;
  let stop: AbortController;
  let loads: { count: number; failure?: unknown; wake(): void };

  beforeAll(async () => {
    net = new Namespaces();
    net.add('node', 'poda', 'podb', 'outside', 'away');
    for (const [index, pod] of ['poda', 'podb'].entries()) {
      net.link('node', pod, pod);
      net.ip('node', `address add 10.244.0.1/32 dev ${pod}`);
      net.ip('node', `route add 10.244.0.${index + 2}/32 dev ${pod}`);
      net.ip(pod, `address add 10.244.0.${index + 2}/24 dev eth0`);
      net.ip(pod, 'route del 10.244.0.0/24');
      net.ip(pod, 'route add 10.244.0.1 dev eth0');
      net.ip(pod, 'route add default via 10.244.0.1');
    }
    net.link('node', 'uplink', 'outside');
    net.ip('node', `address add ${NODE}/24 dev uplink`);
    net.ip('outside', 'address add 192.0.2.10/24 dev eth0');
    net.ip('outside', `route add default via ${NODE}`);
    net.link('outside', 'away', 'away');
    net.ip('outside', 'address add 10.244.1.1/24 dev away');
    net.ip('away', 'address add 10.244.1.2/24 dev eth0');
    net.ip('away', 'route add default via 10.244.1.1');
    net.ip('node', 'route add 10.244.1.0/24 via 192.0.2.10');
    net.ip('node', 'route add default via 192.0.2.10');
    for (const host of ['node', 'outside']) {
      net.in(host, 'sysctl', ['-qw', 'net.ipv4.ip_forward=1', 'net.ipv4.conf.all.route_localnet=1', 'net.ipv4.conf.all.rp_filter=0']);
    }
    await Promise.all([net.serve('poda', 8080), net.serve('podb', 8080), net.serve('away', 8080), net.serve('outside', 80)]);
  });

  afterAll(async () => {
    await net[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    api = new FakeApi();
    stop = new AbortController();
    loads = { count: 0, wake: () => {} };
    await startKubeProxy({
      informers: new Informers(api, stop.signal),
      place: { nodeName: 'here' },
      clusterCIDR: '10.244.0.0/16',
      serviceCIDR: '10.96.0.0/16',
      nodeAddresses: [NODE],
      programs: {
        loadRules: async (commands) => {
          net.in('node', 'nft', ['-f', '-'], commands);
          loads.count++;
          loads.wake();
        },
        conntrack: async (args) => {
          try {
            net.in('node', 'conntrack', args);
          } catch {
            // Nothing to forget.
          }
        },
      },
      clock: systemClock,
      log: { ...silentLog, error: fail },
      signal: stop.signal,
    });
    await loaded(2);
  });

  afterEach(() => stop.abort());

  function fail({ err }: { err?: unknown }): void {
    loads.failure = err;
    loads.wake();
  }

  /** Until so many transactions were loaded: the guard, the empty table, and one for each change. */
  async function loaded(count: number): Promise<void> {
    while (loads.count < count) {
      if (loads.failure) throw loads.failure;
      await new Promise<void>((resolve) => {
        loads.wake = resolve;
      });
    }
  }

  async function serve(spec: Partial<ServiceSpec>, endpoints: TestEndpoint[], ingress: { ip: string }[] = []): Promise<void> {
    const slices = slice(endpoints);
    for (const port of slices.ports ?? []) port.protocol = spec.ports?.[0]?.protocol ?? 'TCP';
    const before = loads.count;
    await api.create(endpointSlices, slices);
    await api.create(services, service(spec, ingress));
    await loaded(before + 1);
  }

  async function change(endpoints: TestEndpoint[]): Promise<void> {
    const before = loads.count;
    const present = await api.get(endpointSlices, { namespace: 'default', name: 'web-1' });
    await api.update(endpointSlices, { ...present, endpoints: slice(endpoints).endpoints ?? [] });
    await loaded(before + 1);
  }

  test('a pod, the node and the outside reach the cluster IP', async () => {
    await serve({}, [POD_B]);
    expect(net.ask('poda', 'tcp', VIP, 80)).toBe('podb 10.244.0.2');
    expect(net.ask('node', 'tcp', VIP, 80)).toMatch(/^podb /);
    // From outside the pod network the answer has to come back through this node.
    expect(net.ask('outside', 'tcp', VIP, 80)).toBe('podb 10.244.0.1');
  });

  test('a pod of another node is reached with the source address kept', async () => {
    await serve({}, [AWAY]);
    expect(net.ask('poda', 'tcp', VIP, 80)).toBe('away 10.244.0.2');
  });

  test('a pod reaches itself through its service', async () => {
    await serve({}, [POD_A]);
    expect(net.ask('poda', 'tcp', VIP, 80)).toBe('poda 10.244.0.1');
  });

  test('all endpoints get connections', async () => {
    await serve({}, [POD_B, AWAY]);
    const answers = new Set(Array.from({ length: 16 }, () => net.ask('poda', 'tcp', VIP, 80).split(' ')[0]));
    expect([...answers].sort()).toEqual(['away', 'podb']);
  });

  test('UDP, also after the endpoint moved', async () => {
    await serve({ ports: [{ port: 53, protocol: 'UDP' }] }, [POD_B]);
    expect(net.ask('poda', 'udp', VIP, 53, 40001)).toBe('podb 10.244.0.2');
    await change([AWAY]);
    expect(net.ask('poda', 'udp', VIP, 53, 40001)).toBe('away 10.244.0.2');
  });

  test('no endpoints: refused; unknown service address: refused, although the outside would answer', async () => {
    await serve({}, []);
    expect(net.ask('poda', 'tcp', VIP, 80)).toBe('ECONNREFUSED');
    expect(net.ask('poda', 'tcp', '10.96.7.7', 80)).toBe('ECONNREFUSED');
    expect(net.ask('node', 'tcp', '10.96.7.7', 80)).toBe('ECONNREFUSED');
  });

  test('node ports answer on the node and on its loopback, from everywhere', async () => {
    await serve({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] }, [AWAY]);
    expect(net.ask('outside', 'tcp', NODE, 30080)).toBe('away 192.0.2.1');
    expect(net.ask('node', 'tcp', NODE, 30080)).toBe('away 192.0.2.1');
    expect(net.ask('node', 'tcp', '127.0.0.1', 30080)).toBe('away 192.0.2.1');
    expect(net.ask('poda', 'tcp', NODE, 30080)).toMatch(/^away /);
  });

  test('externalTrafficPolicy Local keeps the source, and inside traffic goes anywhere', async () => {
    const spec = { type: 'NodePort' as const, externalTrafficPolicy: 'Local' as const, ports: [{ port: 80, nodePort: 30080 }] };
    await serve(spec, [POD_B, AWAY]);
    for (let asked = 0; asked < 8; asked++) expect(net.ask('outside', 'tcp', NODE, 30080)).toBe('podb 192.0.2.10');
    await change([AWAY]);
    expect(net.ask('outside', 'tcp', NODE, 30080)).toBe('silence');
    expect(net.ask('poda', 'tcp', NODE, 30080)).toMatch(/^away /);
  });

  test('external and load balancer addresses, and who may use them', async () => {
    const spec = { type: 'LoadBalancer' as const, externalIPs: ['198.51.100.1'], loadBalancerSourceRanges: ['10.244.0.0/16'] };
    await serve(spec, [POD_B], [{ ip: '198.51.100.2' }]);
    expect(net.ask('outside', 'tcp', '198.51.100.1', 80)).toMatch(/^podb /);
    expect(net.ask('poda', 'tcp', '198.51.100.2', 80)).toMatch(/^podb /);
    expect(net.ask('outside', 'tcp', '198.51.100.2', 80)).toBe('silence');
  });

  test('a client with affinity stays with its endpoint while another one joins', async () => {
    await serve({ sessionAffinity: 'ClientIP' }, [POD_B]);
    expect(net.ask('poda', 'tcp', VIP, 80)).toMatch(/^podb /);
    await change([POD_B, AWAY]);
    for (let asked = 0; asked < 8; asked++) expect(net.ask('poda', 'tcp', VIP, 80)).toMatch(/^podb /);
    await change([AWAY]);
    expect(net.ask('poda', 'tcp', VIP, 80)).toMatch(/^away /);
  });

  test('a service that goes leaves nothing behind', async () => {
    await serve({ type: 'NodePort', sessionAffinity: 'ClientIP', ports: [{ port: 80, nodePort: 30080 }] }, [POD_B, AWAY]);
    const before = loads.count;
    await api.delete(services, { namespace: 'default', name: 'web' });
    await loaded(before + 1);
    const rules = net.in('node', 'nft', ['list', 'table', 'ip', 'slipway-services']);
    expect(rules).not.toMatch(/elements = \{ 10\.|sticky-|client-|goto pick-/);
  });
});
