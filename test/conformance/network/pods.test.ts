// Conformance: the four of "Networking Granular Checks: Pods", "HostPort validates that there is no conflict between pods with same
// hostPort but different hostIP and protocol", "EndpointSlice should support a Service with multiple ports specified in multiple
// EndpointSlices", "DNS should provide DNS for services" over TCP.
import { expect } from 'vitest';
import type { EndpointSlice } from '../../../src/kubernetes/api/generated/discovery-v1.ts';
import { behaviour, type Space } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const WEB = 'mkdir -p /www; hostname > /www/index.html; exec httpd -f -p 8080 -h /www';
const readinessProbe = { tcpSocket: { port: 8080 }, periodSeconds: 1 };

const nodeNames = async (space: Space): Promise<string[]> =>
  (await space.kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}')).trim().split(' ');

/** The addresses of the pods of the cluster's DNS, which answer by TCP and UDP. */
async function nameServers(space: Space) {
  const slices = await space.kubectl(
    'get',
    'endpointslices',
    '-n',
    'kube-system',
    '-l',
    'kubernetes.io/service-name=kube-dns',
    '-o',
    'json',
  );
  const [{ endpoints, ports }] = (JSON.parse(slices) as { items: [EndpointSlice] }).items;
  return { addresses: endpoints!.flatMap(({ addresses }) => addresses), port: ports!.find(({ protocol }) => protocol === 'UDP')!.port! };
}

const clients = [
  { name: 'pods', hostNetwork: false },
  { name: 'nodes', hostNetwork: true },
];
for (const { name, hostNetwork } of clients)
  behaviour(`${name} of every node reach pods of every node by TCP and UDP`, async (space) => {
    const nodes = await nodeNames(space);
    const toleratesAll = { tolerations: [{ operator: 'Exists' }] };
    await Promise.all(
      nodes.flatMap((nodeName, index) => [
        space.pod({ name: `server-${index}`, nodeName, ...toleratesAll, containers: [{ run: WEB, readinessProbe }] }),
        space.pod({ name: `client-${index}`, nodeName, hostNetwork, ...toleratesAll, containers: [{ run: 'sleep 600' }] }),
      ]),
    );
    const servers = await Promise.all(nodes.map((_, index) => space.ready(`server-${index}`)));
    const { addresses, port } = await nameServers(space);
    for (const index of nodes.keys()) {
      const client = `client-${index}`;
      await space.ready(client);
      for (const { metadata, status } of servers) {
        await eventually(
          async () => expect(await space.exec(client, `wget -T 3 -qO- http://${status!.podIP}:8080/`)).toBe(`${metadata.name}\n`),
          30,
        );
      }
      for (const address of addresses) {
        const asked = `nslookup -port=${port} kubernetes.default.svc.cluster.local ${address}`;
        await eventually(async () => expect(await space.exec(client, asked)).toContain('Name:'), 30);
      }
    }
  });

behaviour('pods have one host port beside each other when address or protocol differ', async (space) => {
  const nodeName = (await nodeNames(space)).at(-1)!;
  const ip = (await space.kubectl('get', 'node', nodeName, '-o', 'jsonpath={.status.addresses[?(@.type=="InternalIP")].address}')).trim();
  // Nobody listens behind the port by UDP: it has to take nothing from the others.
  const pod = (name: string, port: object) =>
    space.pod({
      name,
      nodeSelector: { 'kubernetes.io/hostname': nodeName },
      containers: [{ run: WEB, readinessProbe, ports: [{ containerPort: 8080, hostPort: 54323, ...port }] }],
    });
  await pod('one', { hostIP: '127.0.0.1', protocol: 'TCP' });
  await pod('two', { hostIP: ip, protocol: 'TCP' });
  await pod('three', { hostIP: ip, protocol: 'UDP' });
  await space.pod({ name: 'client', hostNetwork: true, nodeName, containers: [{ run: 'sleep 600' }] });
  await Promise.all(['one', 'two', 'three', 'client'].map(space.ready));
  const ask = (address: string) => space.exec('client', `wget -T 3 -qO- http://${address}:54323/`);
  await eventually(async () => expect(await ask('127.0.0.1')).toBe('one\n'), 30);
  await eventually(async () => expect(await ask(ip)).toBe('two\n'), 30);
});

behaviour('slices written by hand give a Service several ports, at addresses of their own', async (space) => {
  const labels = { 'kubernetes.io/service-name': 'byhand' };
  const ports = ['first', 'second'].map((name, index) => ({ name, port: 80 + index, protocol: 'TCP' }));
  for (const { name } of ports) await space.pod({ name, containers: [{ run: WEB, readinessProbe }] });
  await space.pod({ name: 'client', containers: [{ run: 'sleep 600' }] });
  await space.ready('client');
  const slices = await Promise.all(
    ports.map(async ({ name }) => ({
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: `byhand-${name}`, labels },
      addressType: 'IPv4',
      ports: [{ name, port: 8080, protocol: 'TCP' }],
      endpoints: [{ addresses: [(await space.ready(name)).status!.podIP!] }],
    })),
  );
  await space.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'byhand' }, spec: { ports } }, ...slices);
  for (const { name, port } of ports)
    await eventually(async () => expect(await space.exec('client', `wget -T 3 -qO- http://byhand:${port}/`)).toBe(`${name}\n`), 30);
});

/** A question of DNS as it is sent over TCP: with its length before it. */
function question(name: string, type: number): Buffer {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]));
  const message = Buffer.concat([Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]), ...labels, Buffer.from([0, 0, type, 0, 1])]);
  return Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);
}

const [A, PTR, SRV] = [1, 12, 33];

behaviour('names of Services are answered over TCP', async (space) => {
  const port = { name: 'http', port: 80, protocol: 'TCP' };
  await space.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { ports: [port] } });
  await space.pod({ name: 'client', containers: [{ run: 'sleep 600' }] });
  await space.ready('client');
  const ip = (await space.kubectl('get', 'service', 'web', '-o', 'jsonpath={.spec.clusterIP}')).trim();
  const domain = `web.${space.namespace}.svc.cluster.local`;
  const ask = async (name: string, type: number): Promise<Buffer> => {
    const octal = [...question(name, type)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const script = `server=$(awk '/^nameserver/ { print $2; exit }' /etc/resolv.conf); printf '${octal}' | nc -w 3 $server 53 | xxd -p | tr -d '\\n'`;
    return Buffer.from(await space.exec('client', script), 'hex');
  };
  const wired = (name: string) => question(name, A).subarray(14, -5).toString('latin1');
  await eventually(async () => expect([...(await ask(domain, A)).subarray(-4)].join('.')).toBe(ip), 30);
  expect((await ask(`_http._tcp.${domain}`, SRV)).toString('latin1')).toContain(wired(domain).slice(0, 8));
  const reversed = `${ip.split('.').reverse().join('.')}.in-addr.arpa`;
  expect((await ask(reversed, PTR)).toString('latin1')).toContain(wired(domain).slice(0, 8));
});
