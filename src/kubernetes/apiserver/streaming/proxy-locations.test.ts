import { describe, expect, test } from 'vitest';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.ts';
import { endpointSlices, nodes, pods, services } from '../../api/resources.ts';
import type { RequestContext } from '../request.ts';
import { Kubelets } from './kubelets.ts';
import { nodeLocation, podLocation, serviceLocation } from './proxy-locations.ts';

const request = (name: string) => ({ info: { namespace: 'ns', name } }) as RequestContext;

function given() {
  const store = new MemoryObjectStore();
  const addresses = [
    { type: 'InternalIP', address: '10.0.0.5' },
    { type: 'Hostname', address: 'node-a' },
  ];
  store.put(nodes, {
    metadata: { name: 'node-a' },
    spec: {},
    status: { addresses, daemonEndpoints: { kubeletEndpoint: { Port: 10250 } } },
  });
  store.put(pods, {
    metadata: { namespace: 'ns', name: 'web' },
    spec: { containers: [{ name: 'c', ports: [{ containerPort: 8080 }] }] },
    status: { podIP: '10.1.0.7', podIPs: [{ ip: '10.1.0.7' }] },
  });
  store.put(pods, { metadata: { namespace: 'ns', name: 'host' }, spec: { containers: [] }, status: { podIP: '127.0.0.1' } });
  store.put(services, {
    metadata: { namespace: 'ns', name: 'web' },
    spec: {
      ports: [
        { name: 'http', port: 80 },
        { name: 'metrics', port: 9090 },
      ],
    },
  });
  store.put(services, { metadata: { namespace: 'ns', name: 'empty' }, spec: { ports: [{ port: 80 }] } });
  store.put(endpointSlices, {
    metadata: { namespace: 'ns', name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    endpoints: [
      { addresses: ['10.1.0.6'], conditions: { ready: false } },
      { addresses: ['10.1.0.7'], conditions: { ready: true } },
    ],
    ports: [
      { name: 'http', port: 8080 },
      { name: 'metrics', port: 9091 },
    ],
  });
  return { store, kubelets: new Kubelets(store, { ca: 'CA', client: { cert: 'C', key: 'K' } }) };
}

test('a node stands for its kubelet: by name first, with our certificate', () => {
  const { store, kubelets } = given();
  const kubelet = {
    scheme: 'https',
    hosts: ['node-a', '10.0.0.5'],
    port: 10250,
    tls: { cert: 'C', key: 'K', ca: 'CA', servername: 'node-a' },
  };
  const locate = nodeLocation(store, kubelets);
  expect(locate(request('node-a'))).toEqual(kubelet);
  expect(locate(request('node-a:10250'))).toEqual(kubelet);
  expect(locate(request('http:node-a:9100'))).toEqual({ scheme: 'http', hosts: ['node-a', '10.0.0.5'], port: 9100 });
});

describe('a pod', () => {
  test.each([
    { name: 'web', backend: { scheme: 'http', hosts: ['10.1.0.7'], port: 8080 } },
    { name: 'web:9000', backend: { scheme: 'http', hosts: ['10.1.0.7'], port: 9000 } },
    { name: 'https:web:443', backend: { scheme: 'https', hosts: ['10.1.0.7'], port: 443 } },
  ])('$name', ({ name, backend }) => {
    expect(podLocation(given().store)(request(name))).toEqual(backend);
  });

  test("on this server's own addresses is out of reach", () => {
    expect(() => podLocation(given().store)(request('host:80'))).toThrow('address not allowed');
  });
});

describe('a service', () => {
  test.each([
    { name: 'web:http', port: 8080 },
    { name: 'web:80', port: 8080 },
    { name: 'https:web:metrics', port: 9091 },
  ])('$name', ({ name, port }) => {
    expect(serviceLocation(given().store)(request(name))).toMatchObject({ hosts: ['10.1.0.7'], port });
  });

  test.each([
    { name: 'empty:80', why: 'no endpoints available for service "empty"' },
    { name: 'web:81', why: 'no service port 81 found for service "web"' },
    { name: 'none', why: 'services "none" not found' },
    { name: 'ftp:web:80', why: 'invalid service request "ftp:web:80"' },
  ])('$name: $why', ({ name, why }) => {
    expect(() => serviceLocation(given().store)(request(name))).toThrow(why);
  });
});
