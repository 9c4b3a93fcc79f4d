import { expect } from 'vitest';
import { behaviour, type Space } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const service = (name: string, spec: object) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });

async function clientIn(space: Space): Promise<(query: string, type?: string) => Promise<string>> {
  await space.pod({ name: 'client', containers: [{ run: 'sleep 600' }] });
  await space.ready('client');
  return (query, type = 'a') => space.exec('client', `nslookup -type=${type} ${query} 2>&1 || true`);
}

behaviour('the API server, and Services with and without an address, have names', async (space) => {
  const lookup = await clientIn(space);
  await space.pod({ name: 'server', labels: { app: 'dns' }, containers: [{ run: 'sleep 600' }] });
  const ports = [{ name: 'http', port: 80, protocol: 'TCP' }];
  await space.apply(
    service('usual', { selector: { app: 'dns' }, ports }),
    service('headless', { clusterIP: 'None', selector: { app: 'dns' }, ports }),
  );
  const { status } = await space.ready('server');
  const ip = await space.kubectl('get', 'service', 'usual', '-o', 'jsonpath={.spec.clusterIP}');
  const api = (await space.kubectl('-n', 'default', 'get', 'service', 'kubernetes', '-o', 'jsonpath={.spec.clusterIP}')).trim();
  const domain = `${space.namespace}.svc.cluster.local`;
  await eventually(async () => {
    expect(await lookup('kubernetes.default.svc.cluster.local')).toContain(api);
    expect(await lookup(`usual.${domain}`)).toContain(ip);
    expect(await lookup(`headless.${domain}`)).toContain(status!.podIP);
    expect(await lookup(`_http._tcp.usual.${domain}`, 'srv')).toContain(`usual.${domain}`);
    expect(await lookup(`_http._tcp.headless.${domain}`, 'srv')).toContain(`headless.${domain}`);
    expect(await lookup(`${ip.split('.').reverse().join('.')}.in-addr.arpa`, 'ptr')).toContain(`usual.${domain}`);
  }, 30);
  for (const partial of ['usual', `usual.${space.namespace}`, `usual.${space.namespace}.svc`])
    expect(await space.exec('client', `ping -c 1 -W 1 ${partial} 2>&1 | head -1 || true`)).toContain(ip);
  const tcp = await space.exec('client', `cat /etc/resolv.conf`);
  expect(tcp).toContain(`search ${domain} svc.cluster.local cluster.local`);
  expect(tcp).toContain('options ndots:5');
});

behaviour('pods with a host name in a subdomain have names', async (space) => {
  const lookup = await clientIn(space);
  await space.apply(service('group', { clusterIP: 'None', selector: { app: 'dns' }, ports: [{ port: 80 }] }));
  await space.pod({ name: 'server', hostname: 'querier', subdomain: 'group', labels: { app: 'dns' }, containers: [{ run: 'sleep 600' }] });
  const { status } = await space.ready('server');
  const name = `querier.group.${space.namespace}.svc.cluster.local`;
  await eventually(async () => expect(await lookup(name)).toContain(status!.podIP), 30);
  expect(await space.exec('server', 'hostname -f; getent hosts querier 2>/dev/null; cat /etc/hosts')).toContain(name);
});

behaviour('an external name is an alias, and follows changes', async (space) => {
  const lookup = await clientIn(space);
  await space.apply(service('alias', { type: 'ExternalName', externalName: 'foo.example.com' }));
  const name = `alias.${space.namespace}.svc.cluster.local`;
  await eventually(async () => expect(await lookup(name, 'cname')).toContain('foo.example.com'), 40);
  await space.kubectl('patch', 'service', 'alias', '-p', '{"spec":{"externalName":"bar.example.com"}}');
  await eventually(async () => expect(await lookup(name, 'cname')).toContain('bar.example.com'), 40);
  await space.kubectl(
    'patch',
    'service',
    'alias',
    '-p',
    '{"spec":{"type":"ClusterIP","externalName":null,"ports":[{"port":80,"name":"http","protocol":"TCP"}]}}',
  );
  const ip = await space.kubectl('get', 'service', 'alias', '-o', 'jsonpath={.spec.clusterIP}');
  await eventually(async () => expect(await lookup(name)).toContain(ip), 40);
});

behaviour('a pod brings its own name servers', async (space) => {
  const log = await space.output({
    dnsPolicy: 'None',
    dnsConfig: { nameservers: ['1.1.1.1'], searches: ['resolv.conf.local'], options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }] },
    containers: [{ run: 'cat /etc/resolv.conf' }],
  });
  expect(log.trim().split('\n')).toEqual(['search resolv.conf.local', 'nameserver 1.1.1.1', 'options ndots:2 edns0']);
});
