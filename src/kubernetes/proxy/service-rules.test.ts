import { expect, test } from 'vitest';
import { rulesFor } from './service-rules.ts';
import { service, slice } from './testing.ts';

const context = { place: { nodeName: 'here' }, clusterCIDR: '10.244.0.0/16' };
const endpoints = slice([
  { ip: '10.244.0.2', node: 'here' },
  { ip: '10.244.1.2', node: 'there' },
]);

const elementsOf = (...args: Parameters<typeof rulesFor>) =>
  rulesFor(...args).elements.map(({ set, key, value }) => `${set}: ${key} ${value ?? ''}`.trim());

test('a cluster IP leads to its endpoints by lot', () => {
  expect(elementsOf(service(), [endpoints], context)).toEqual([
    'endpoints: 10.96.0.60 . tcp . 80 . 0 10.244.0.2 . 8080',
    'endpoints: 10.96.0.60 . tcp . 80 . 1 10.244.1.2 . 8080',
    'frontends: 10.96.0.60 . tcp . 80 goto inside/pick-endpoints-2',
    'hairpins: 10.244.0.2 . 10.244.0.2',
  ]);
});

test('services with as many endpoints share their chains', () => {
  const chains = rulesFor(service(), [endpoints], context).chains;
  const other = rulesFor(service({ clusterIP: '10.96.0.61' }), [endpoints], context).chains;
  expect([...chains]).toEqual([...other]);
});

test.each([
  { name: 'headless', spec: { clusterIP: 'None' } },
  { name: 'external name', spec: { type: 'ExternalName' as const, clusterIP: '', externalName: 'example.test' } },
])('$name services need no rules', ({ spec }) => {
  expect(rulesFor(service(spec), [endpoints], context)).toMatchObject({ elements: [] });
});

test('without endpoints every frontend refuses', () => {
  const spec = { type: 'NodePort' as const, ports: [{ port: 80, nodePort: 30080 }], externalIPs: ['192.0.2.1'] };
  expect(elementsOf(service(spec), [], context)).toEqual([
    'unserved: 10.96.0.60 . tcp . 80 goto refuse',
    'unserved: 192.0.2.1 . tcp . 80 goto refuse',
    'unserved-node-ports: tcp . 30080 goto refuse',
  ]);
});

test('internalTrafficPolicy Local drops where no endpoint is on the node', () => {
  const elsewhere = slice([{ ip: '10.244.1.2', node: 'there' }]);
  expect(elementsOf(service({ internalTrafficPolicy: 'Local' }), [elsewhere], context)).toEqual(['unserved: 10.96.0.60 . tcp . 80 drop']);
});

test('externalTrafficPolicy Local keeps outsiders on the node and their source address', () => {
  const spec = { type: 'NodePort' as const, externalTrafficPolicy: 'Local' as const, ports: [{ port: 80, nodePort: 30080 }] };
  const { chains, elements } = rulesFor(service(spec), [endpoints], context);
  const verdict = elements.find(({ set }) => set === 'node-ports')?.value?.replace('goto ', '') ?? '';
  expect(chains.get(verdict)).toEqual([
    'ip saddr 10.244.0.0/16 goto pick-node-port-endpoints-2',
    'fib saddr type local jump mark-masquerade',
    'fib saddr type local goto pick-node-port-endpoints-2',
    'goto pick-node-port-local-endpoints-1',
  ]);
  expect(elements).toContainEqual({ set: 'node-port-local-endpoints', key: 'tcp . 30080 . 0', value: '10.244.0.2 . 8080' });
});

test('load balancer source ranges restrict the load balancer addresses only', () => {
  const spec = { type: 'LoadBalancer' as const, loadBalancerSourceRanges: ['10.0.0.0/8', '10.1.0.0/16'], externalIPs: ['192.0.2.1'] };
  const elements = elementsOf(service(spec, [{ ip: '192.0.2.9' }]), [endpoints], context);
  expect(elements.filter((element) => /^(restricted|allowed)/.test(element))).toEqual([
    'restricted: 192.0.2.9 . tcp . 80',
    'allowed-sources: 192.0.2.9 . tcp . 80 . 10.0.0.0/8',
  ]);
});

test('a client with affinity has a chain for each endpoint, named by the endpoint', () => {
  const sticky = service({ sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } });
  const both = rulesFor(sticky, [endpoints], context);
  const one = rulesFor(sticky, [slice([{ ip: '10.244.1.2', node: 'there' }])], context);
  expect(both.dynamicSets.size).toBe(2);
  expect([...one.dynamicSets.keys()].every((name) => both.dynamicSets.has(name))).toBe(true);
  expect([...one.dynamicSets.values()]).toEqual(['type ipv4_addr; flags dynamic,timeout; timeout 60s']);
});
