import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { WatchClient } from '../../support/watch-client.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const ports = [{ port: 80 }];

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer({ config: { serviceClusterIPRange: '10.96.0.0/27' } });
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (name: string, spec: object, query = '') => server.call('POST', `${SERVICES}${query}`, { body: { metadata: { name }, spec } });

test('the API server has its own service and endpoints', async () => {
  expect((await server.call('GET', `${SERVICES}/kubernetes`)).body.spec).toMatchObject({
    clusterIP: '10.96.0.1',
    ports: [{ name: 'https', port: 443 }],
  });
  expect((await server.call('GET', '/api/v1/namespaces/default/endpoints/kubernetes')).body.subsets[0].addresses).toEqual([
    { ip: '192.0.2.1' },
  ]);
  expect(
    (await server.call('GET', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes')).body.endpoints[0].addresses,
  ).toEqual(['192.0.2.1']);
});

test('a service gets an address of the range', async () => {
  const { body } = await post('plain', { ports, selector: { a: 'b' } });
  expect(body.spec.clusterIP).toMatch(/^10\.96\.0\.(1[7-9]|2[0-9]|30)$/);
  expect(body.spec).toMatchObject({ clusterIPs: [body.spec.clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
});

test('an address can be named once', async () => {
  expect((await post('named', { ports, clusterIP: '10.96.0.2' })).body.spec.clusterIPs).toEqual(['10.96.0.2']);
  expect(await post('again', { ports, clusterIP: '10.96.0.2' })).toMatchObject({
    code: 422,
    body: {
      message:
        'Service "again" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.2"]: failed to allocate IP 10.96.0.2: provided IP is already allocated',
    },
  });
  expect((await post('outside', { ports, clusterIP: '10.1.2.3' })).body.message).toBe(
    'Service "outside" is invalid: spec.clusterIPs: Invalid value: ["10.1.2.3"]: failed to allocate IP 10.1.2.3: the provided network does not match the current range',
  );
  expect((await post('outside', { ports, clusterIP: '10.1.2.3' }, '?dryRun=All')).body.message).toContain(
    'the provided IP (10.1.2.3) is not in the valid range. The range of valid IPs is 10.96.0.0/27',
  );
  await server.call('DELETE', `${SERVICES}/named`);
  expect((await post('again', { ports, clusterIP: '10.96.0.2' })).code).toBe(201);
});

test('whose an address is can be looked up', async () => {
  const { body } = await server.call('GET', '/apis/networking.k8s.io/v1/ipaddresses/10.96.0.1');
  expect(body.metadata.labels).toEqual({
    'ipaddress.kubernetes.io/ip-family': 'IPv4',
    'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
  });
  expect(body.spec.parentRef).toEqual({ resource: 'services', namespace: 'default', name: 'kubernetes' });
});

test('the network is known by the name of the cluster, and ready', async () => {
  const { body } = await server.call('GET', '/apis/networking.k8s.io/v1/servicecidrs/kubernetes');
  expect(body.spec.cidrs).toEqual(['10.96.0.0/27']);
  expect(body.status.conditions).toMatchObject([{ type: 'Ready', status: 'True', message: 'Kubernetes default Service CIDR is ready' }]);
});

test('an address is on record under the name that the service got', async () => {
  const { body } = await server.call('POST', SERVICES, { body: { metadata: { generateName: 'web-' }, spec: { ports } } });
  const record = await server.call('GET', `/apis/networking.k8s.io/v1/ipaddresses/${body.spec.clusterIP}`);
  expect(record.body.spec.parentRef.name).toBe(body.metadata.name);
  await server.call('DELETE', `${SERVICES}/${body.metadata.name}`);
});

test('a service that is refused later has taken nothing', async () => {
  const wrong = { metadata: { name: 'wrong' }, spec: { clusterIP: '10.96.0.4', type: 'NodePort', ports: [{ port: 0, nodePort: 31_000 }] } };
  expect((await server.call('POST', SERVICES, { body: wrong })).code).toBe(422);
  const right = { clusterIP: '10.96.0.4', type: 'NodePort', ports: [{ port: 80, nodePort: 31_000 }] };
  expect((await post('right', right)).code).toBe(201);
  await server.call('DELETE', `${SERVICES}/right`);
});

test('a record that is deleted while its service lives comes back', async () => {
  const { body } = await post('kept', { ports });
  const path = `/apis/networking.k8s.io/v1/ipaddresses/${body.spec.clusterIP}`;
  const { metadata } = (await server.call('GET', path)).body;
  await using watch = await WatchClient.open(
    server,
    `/apis/networking.k8s.io/v1/ipaddresses?watch=1&resourceVersion=${metadata.resourceVersion}`,
  );
  await server.call('DELETE', path);
  expect(await watch.take(2)).toEqual([`DELETED ${body.spec.clusterIP}`, `ADDED ${body.spec.clusterIP}`]);
  await server.call('DELETE', `${SERVICES}/kept`);
  expect((await server.call('GET', path)).code).toBe(404);
});

test('headless services have none', async () => {
  expect((await post('headless', { ports, clusterIP: 'None', selector: { a: 'b' } })).body.spec).toMatchObject({
    clusterIPs: ['None'],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
  });
  expect((await post('headless-2', { ports, clusterIP: 'None' })).body.spec).toMatchObject({
    ipFamilies: ['IPv4', 'IPv6'],
    ipFamilyPolicy: 'RequireDualStack',
  });
});

test('a dry run takes nothing', async () => {
  expect((await post('dry', { ports, clusterIP: '10.96.0.3' }, '?dryRun=All')).code).toBe(201);
  expect((await post('dry', { ports }, '?dryRun=All')).body.spec.clusterIP).toBe('10.96.0.0');
  expect((await post('wet', { ports, clusterIP: '10.96.0.3' })).code).toBe(201);
});

test('node ports: given, shared between protocols, kept over updates, given back', async () => {
  const two = [
    { name: 'tcp', port: 53 },
    { name: 'udp', port: 53, protocol: 'UDP' },
  ];
  const { body } = await post('dns', { type: 'NodePort', ports: two });
  const [tcp, udp] = body.spec.ports;
  expect(tcp.nodePort).toBeGreaterThanOrEqual(30000);
  expect(udp.nodePort).toBe(tcp.nodePort);
  const taken = await post('other', { type: 'NodePort', ports: [{ port: 80, nodePort: tcp.nodePort }] });
  expect(taken.body.message).toBe(
    `Service "other" is invalid: spec.ports[0].nodePort: Invalid value: ${tcp.nodePort}: provided port is already allocated`,
  );
  expect((await post('low', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] })).body.message).toContain(
    'provided port is not in the valid range. The range of valid ports is 30000-32767',
  );

  const replaced = await server.call('PUT', `${SERVICES}/dns`, {
    body: { metadata: { name: 'dns' }, spec: { type: 'NodePort', ports: two } },
  });
  expect(replaced.body.spec).toMatchObject({
    clusterIP: body.spec.clusterIP,
    ports: [{ nodePort: tcp.nodePort }, { nodePort: tcp.nodePort }],
  });

  const inside = await server.call('PUT', `${SERVICES}/dns`, {
    body: { metadata: { name: 'dns' }, spec: { type: 'ClusterIP', ports: two } },
  });
  expect(inside.body.spec.ports[0].nodePort).toBeUndefined();
  expect(await post('other', { type: 'NodePort', ports: [{ port: 80, nodePort: tcp.nodePort }] })).toMatchObject({ code: 201 });
});

test('an external name needs no address, and gets one when it becomes a service', async () => {
  expect((await post('outside', { type: 'ExternalName', externalName: 'example.com' })).body.spec.clusterIP).toBeUndefined();
  const inside = await server.call('PUT', `${SERVICES}/outside`, {
    body: { metadata: { name: 'outside' }, spec: { type: 'ClusterIP', ports } },
  });
  expect(inside.body.spec.clusterIP).toMatch(/^10\.96\.0\./);
  const back = await server.call('PATCH', `${SERVICES}/outside`, {
    body: { spec: { type: 'ExternalName', externalName: 'example.com' } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  expect(back.code).toBe(200);
  expect(back.body.spec.clusterIP).toBeUndefined();
});

test('when the range is full, that is said', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => post(`many-${index}`, { ports })));
  const addresses = answers.flatMap(({ body }) => body.spec?.clusterIP ?? []);
  expect(new Set(addresses).size).toBe(addresses.length);
  expect(answers.find(({ code }) => code !== 201)?.body.message).toBe(
    'Internal error occurred: failed to allocate a serviceIP: range is full',
  );
});
