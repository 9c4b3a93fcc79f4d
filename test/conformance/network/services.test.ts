import { expect } from 'vitest';
import type { Node, Service } from '../../../src/kubernetes/api/generated/core-v1.ts';
import type { EndpointSlice } from '../../../src/kubernetes/api/generated/discovery-v1.ts';
import { behaviour, type Space, templateOf } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const WEB = 'mkdir -p /www; hostname > /www/index.html; exec httpd -f -p 8080 -h /www';
const service = (name: string, spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });
const selector = { app: 'web' };

/** Servers that answer with their names, and a pod to ask from. */
async function serversAndClient(space: Space, replicas: number): Promise<string[]> {
  await space.apply({
    apiVersion: 'v1',
    kind: 'ReplicationController',
    metadata: { name: 'web' },
    spec: {
      replicas,
      selector,
      template: templateOf({
        labels: selector,
        containers: [
          { run: WEB, ports: [{ name: 'http', containerPort: 8080 }], readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } },
        ],
      }),
    },
  });
  await space.pod({ name: 'client', containers: [{ run: 'sleep 600' }] });
  await space.ready('client');
  await space.kubectl('wait', 'rc/web', `--for=jsonpath={.status.readyReplicas}=${replicas}`, '--timeout=60s');
  return (await space.kubectl('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ');
}

const get = (space: Space, name: string) => space.kubectl.json<Service>('get', 'service', name);
const ask = (space: Space, where: string, times = 1) =>
  space.exec('client', `for i in $(seq ${times}); do wget -T 3 -qO- http://${where}/ || echo failed; done`);
const nodeAddresses = async (space: Space) => {
  const { items } = await space.kubectl.json<{ items: Node[] }>('get', 'nodes');
  return items.map(({ status }) => status!.addresses!.find(({ type }) => type === 'InternalIP')!.address);
};

behaviour('a Service answers by address, name and node port of every node, from each of its pods', async (space) => {
  const names = await serversAndClient(space, 2);
  await space.apply(service('web', { type: 'NodePort', selector, ports: [{ port: 80, targetPort: 'http' }] }));
  const { spec } = await get(space, 'web');
  const places = ['web', `web.${space.namespace}`, `web.${space.namespace}.svc.cluster.local`, spec!.clusterIP!];
  for (const address of await nodeAddresses(space)) places.push(`${address}:${spec!.ports![0]!.nodePort}`);
  for (const place of places) {
    await eventually(async () => {
      const answers = new Set((await ask(space, place, 20)).trim().split('\n'));
      expect([...answers].sort()).toEqual([...names].sort());
    }, 30);
  }
});

behaviour('a client keeps its server while the Service says so, by address and by node port', async (space) => {
  await serversAndClient(space, 3);
  await space.apply(service('web', { type: 'NodePort', sessionAffinity: 'ClientIP', selector, ports: [{ port: 80, targetPort: 8080 }] }));
  const { spec } = await get(space, 'web');
  const [address] = await nodeAddresses(space);
  for (const place of [spec!.clusterIP!, `${address}:${spec!.ports![0]!.nodePort}`]) {
    await eventually(async () => expect(new Set((await ask(space, place, 15)).trim().split('\n')).size).toBe(1), 20);
  }
  await space.kubectl('patch', 'service', 'web', '-p', '{"spec":{"sessionAffinity":"None"}}');
  expect((await get(space, 'web')).spec?.sessionAffinityConfig).toBeUndefined();
  await eventually(async () => expect(new Set((await ask(space, spec!.clusterIP!, 20)).trim().split('\n')).size).toBeGreaterThan(1), 30);
  await space.kubectl('patch', 'service', 'web', '-p', '{"spec":{"sessionAffinity":"ClientIP"}}');
  expect((await get(space, 'web')).spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds).toBe(10800);
  await eventually(async () => expect(new Set((await ask(space, spec!.clusterIP!, 15)).trim().split('\n')).size).toBe(1), 20);
});

behaviour('a Service changes its type: external name, cluster address, node port, and back', async (space) => {
  const names = await serversAndClient(space, 1);
  const change = (patch: object) => space.kubectl('patch', 'service', 'web', '--type=merge', '-p', JSON.stringify({ spec: patch }));
  await space.apply(
    service('web', { type: 'ExternalName', externalName: 'foo.example.com' }),
    service('other', { selector, ports: [{ port: 80, targetPort: 8080 }] }),
  );
  expect((await get(space, 'web')).spec?.clusterIP).toBeUndefined();
  const ports = [{ port: 80, targetPort: 8080, protocol: 'TCP' }];
  await change({ type: 'ClusterIP', externalName: null, selector, ports });
  expect((await get(space, 'web')).spec?.clusterIP).toMatch(/^10\./);
  await eventually(async () => expect((await ask(space, 'web')).trim()).toBe(names[0]), 30);
  await change({ type: 'ExternalName', externalName: `other.${space.namespace}.svc.cluster.local`, clusterIP: null, clusterIPs: null });
  const external = await get(space, 'web');
  expect([external.spec?.clusterIP, external.spec?.clusterIPs]).toEqual([undefined, undefined]);
  await eventually(
    async () =>
      expect(await space.exec('client', `nslookup -type=cname web.${space.namespace}.svc.cluster.local`)).toContain(
        `other.${space.namespace}`,
      ),
    30,
  );
  await eventually(async () => expect((await ask(space, 'web')).trim()).toBe(names[0]), 30);
  await change({ type: 'NodePort', externalName: null });
  const port = (await get(space, 'web')).spec!.ports![0]!.nodePort!;
  const [address] = await nodeAddresses(space);
  await eventually(async () => expect((await ask(space, `${address}:${port}`)).trim()).toBe(names[0]), 30);
  await change({ type: 'ClusterIP' });
  expect((await get(space, 'web')).spec!.ports![0]!.nodePort).toBeUndefined();
});

behaviour('one Service answers at one port by two protocols', async (space) => {
  // The cluster's DNS is what there is that answers by both.
  const found = await space.kubectl('get', 'endpointslices', '-A', '-l', 'kubernetes.io/service-name=kube-dns', '-o', 'json');
  const [dns] = (JSON.parse(found) as { items: EndpointSlice[] }).items;
  const targets = dns!.ports!.filter(({ name }) => name === 'dns' || name === 'dns-tcp');
  await space.apply(service('both', { ports: targets.map(({ name, protocol }) => ({ name, protocol, port: 53 })) }), {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'both', labels: { 'kubernetes.io/service-name': 'both' } },
    addressType: 'IPv4',
    ports: targets.map(({ name, protocol, port }) => ({ name, protocol, port })),
    endpoints: dns!.endpoints!.map(({ addresses }) => ({ addresses })),
  });
  expect(targets.map(({ protocol }) => protocol).sort()).toEqual(['TCP', 'UDP']);
  await space.pod({ name: 'client', containers: [{ run: 'sleep 600' }] });
  await space.ready('client');
  const address = (await space.kubectl('-n', 'default', 'get', 'service', 'kubernetes', '-o', 'jsonpath={.spec.clusterIP}')).trim();
  const ip = (await get(space, 'both')).spec!.clusterIP!;
  await eventually(
    async () => expect(await space.exec('client', `nslookup kubernetes.default.svc.cluster.local ${ip}`)).toContain(address),
    30,
  );
  await eventually(
    async () => expect(await space.exec('client', `nc -w 2 ${ip} 53 < /dev/null && echo connected`)).toContain('connected'),
    30,
  );
});

behaviour('endpoints follow the pods of a Service, port by port', async (space) => {
  await space.apply(service('multi', { selector, ports: [80, 81].map((port) => ({ name: `p${port}`, port, targetPort: `t${port}` })) }));
  const endpoints = () =>
    space.kubectl(
      'get',
      'endpoints',
      'multi',
      '-o',
      'jsonpath={range .subsets[*]}{.addresses[*].targetRef.name}:{.ports[*].name}{"\\n"}{end}',
    );
  await eventually(async () => expect(await endpoints()).toBe(''));
  const pod = (name: string, port: number) =>
    space.pod({ name, labels: selector, containers: [{ run: 'sleep 600', ports: [{ name: `t${port}`, containerPort: port }] }] });
  await Promise.all([pod('one', 80), pod('two', 81)]);
  await eventually(async () => expect((await endpoints()).trim().split('\n').sort()).toEqual(['one:p80', 'two:p81']));
  const slices = await space.kubectl.json<{ items: EndpointSlice[] }>('get', 'endpointslices', '-l', 'kubernetes.io/service-name=multi');
  expect(
    slices.items.flatMap((slice) =>
      slice.endpoints?.map(({ targetRef, conditions }) => [targetRef?.name, slice.ports?.[0]?.name, conditions?.ready]),
    ),
  ).toEqual(
    expect.arrayContaining([
      ['one', 'p80', true],
      ['two', 'p81', true],
    ]),
  );
  await space.kubectl('delete', 'pod', 'one', '--now');
  await eventually(async () => expect((await endpoints()).trim()).toBe('two:p81'));
  await space.kubectl('delete', 'service', 'multi');
  await eventually(async () => {
    const left = await space.kubectl('get', 'endpoints,endpointslices', '-l', 'kubernetes.io/service-name=multi', '-o', 'name');
    expect(left).toBe('');
    expect((await space.kubectl.try('get', 'endpoints', 'multi')).code).toBe(1);
  });
});

behaviour('Endpoints written by hand are mirrored into slices', async (space) => {
  await space.apply(service('custom', { ports: [{ name: 'example', port: 80, protocol: 'TCP' }] }), {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name: 'custom' },
    subsets: [{ ports: [{ name: 'example', port: 80 }], addresses: [{ ip: '10.1.2.3' }] }],
  });
  const slices = async () =>
    (await space.kubectl.json<{ items: EndpointSlice[] }>('get', 'endpointslices', '-l', 'kubernetes.io/service-name=custom')).items;
  const addresses = async () => (await slices()).flatMap(({ endpoints }) => endpoints?.flatMap((each) => each.addresses));
  await eventually(async () => expect(await addresses()).toEqual(['10.1.2.3']));
  expect((await slices())[0]?.metadata.labels).toMatchObject({
    'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
  });
  await space.kubectl(
    'patch',
    'endpoints',
    'custom',
    '--type=merge',
    '-p',
    '{"subsets":[{"addresses":[{"ip":"10.2.3.4"}],"ports":[{"name":"example","port":80}]}]}',
  );
  await eventually(async () => expect(await addresses()).toEqual(['10.2.3.4']));
  await space.kubectl('delete', 'endpoints', 'custom');
  await eventually(async () => expect(await slices()).toEqual([]));
});

behaviour('slices written by hand answer for their Service, several addresses and ports', async (space) => {
  const names = await serversAndClient(space, 2);
  const ips = (await space.kubectl('get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].status.podIP}')).split(' ');
  const slice = (name: string, ip: string) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': 'byhand' } },
    addressType: 'IPv4',
    ports: [{ name: 'web', port: 8080, protocol: 'TCP' }],
    endpoints: [{ addresses: [ip] }],
  });
  await space.apply(service('byhand', { ports: [{ name: 'web', port: 80 }] }), slice('first', ips[0]!), slice('second', ips[1]!));
  await eventually(
    async () => expect([...new Set((await ask(space, 'byhand', 20)).trim().split('\n'))].sort()).toEqual([...names].sort()),
    30,
  );
});

behaviour('the status of a Service is written and patched', async (space) => {
  await space.apply(service('web', { type: 'LoadBalancer', ports: [{ port: 80 }], loadBalancerClass: 'example.com/none' }));
  const status = { status: { loadBalancer: { ingress: [{ ip: '203.0.113.1' }] } } };
  await space.kubectl(
    'patch',
    'service',
    'web',
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ ...status, metadata: { annotations: { patched: 'true' } } }),
  );
  const { status: seen, metadata } = await get(space, 'web');
  expect(seen?.loadBalancer?.ingress).toEqual([{ ip: '203.0.113.1', ipMode: 'VIP' }]);
  expect(metadata.annotations?.patched).toBe('true');
  const conditions = [{ type: 'Custom', status: 'True', reason: 'E2E', message: 'Set', lastTransitionTime: '2024-01-01T00:00:00Z' }];
  await space.kubectl('patch', 'service', 'web', '--subresource=status', '--type=merge', '-p', JSON.stringify({ status: { conditions } }));
  expect((await get(space, 'web')).status?.conditions?.[0]?.type).toBe('Custom');
});
