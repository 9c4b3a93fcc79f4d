import type { RecordType } from 'dns-packet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeApi } from '../../../test/support/fake-api.ts';
import type { Service, ServiceSpec } from '../api/generated/core-v1.ts';
import type { Endpoint, EndpointSlice } from '../api/generated/discovery-v1.ts';
import { endpointSlices, services } from '../api/resources.ts';
import { Informers } from '../client/informers.ts';
import { ClusterRecords } from './cluster-records.ts';
import { ClusterZone } from './cluster-zone.ts';

let api: FakeApi;
let stop: AbortController;

beforeEach(() => {
  api = new FakeApi();
  stop = new AbortController();
});
afterEach(() => stop.abort());

async function makeService(name: string, spec: Partial<ServiceSpec>, endpoints: Endpoint[] = []): Promise<void> {
  const service: Service = {
    metadata: { namespace: 'default', name },
    spec: { ports: [{ name: 'http', port: 80, protocol: 'TCP' }], ...spec },
  };
  await api.create(services, service);
  const slice: EndpointSlice = {
    metadata: { namespace: 'default', name, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4' as EndpointSlice['addressType'],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints,
  };
  await api.create(endpointSlices, slice);
}

async function zone(): Promise<ClusterZone> {
  const informers = new Informers(api, stop.signal);
  const records = new ClusterRecords(informers.of(services), informers.of(endpointSlices));
  await informers.synced();
  return new ClusterZone('cluster.local', records);
}

/** `CODE type data, type data | additional ...` */
async function ask(name: string, type: RecordType): Promise<string> {
  const answer = (await zone()).answer({ name, type, class: 'IN' });
  if (!answer) return 'not ours';
  const text = (records: typeof answer.records) =>
    records.map((record) => `${record.type} ${'data' in record ? JSON.stringify(record.data).replaceAll('"', '') : ''}`).join(', ');
  return [answer.code, text(answer.records), answer.additionals.length > 0 ? `| ${text(answer.additionals)}` : '']
    .filter(Boolean)
    .join(' ');
}

const pods: Endpoint[] = [
  { addresses: ['10.244.0.2'], hostname: 'web-0', conditions: { ready: true } },
  { addresses: ['10.244.1.2'], conditions: {} },
  { addresses: ['10.244.1.3'], hostname: 'web-2', conditions: { ready: false } },
];

test.each<[string, RecordType, string]>([
  ['web.default.svc.cluster.local', 'A', 'NOERROR A 10.96.0.60'],
  ['WEB.Default.svc.CLUSTER.local', 'A', 'NOERROR A 10.96.0.60'],
  ['web.default.svc.cluster.local', 'AAAA', 'NOERROR'],
  ['web.default.svc.cluster.local', 'TXT', 'NOERROR'],
  [
    '_http._tcp.web.default.svc.cluster.local',
    'SRV',
    'NOERROR SRV {priority:0,weight:100,port:80,target:web.default.svc.cluster.local} | A 10.96.0.60',
  ],
  ['_ftp._tcp.web.default.svc.cluster.local', 'SRV', 'NXDOMAIN'],
  ['none.default.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['default.svc.cluster.local', 'A', 'NOERROR'],
  ['nowhere.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['10-244-0-7.default.pod.cluster.local', 'A', 'NOERROR A 10.244.0.7'],
  ['dns-version.cluster.local', 'TXT', 'NOERROR TXT 1.1.0'],
  ['60.0.96.10.in-addr.arpa', 'PTR', 'NOERROR PTR web.default.svc.cluster.local'],
  ['61.0.96.10.in-addr.arpa', 'PTR', 'not ours'],
  ['example.com', 'A', 'not ours'],
])('a service with an address: %s %s', async (name, type, answer) => {
  await makeService('web', { clusterIP: '10.96.0.60', clusterIPs: ['10.96.0.60'] });
  expect(await ask(name, type)).toBe(answer);
});

test.each<[string, RecordType, string]>([
  ['web.default.svc.cluster.local', 'A', 'NOERROR A 10.244.0.2, A 10.244.1.2'],
  ['web-0.web.default.svc.cluster.local', 'A', 'NOERROR A 10.244.0.2'],
  ['10-244-1-2.web.default.svc.cluster.local', 'A', 'NOERROR A 10.244.1.2'],
  ['web-2.web.default.svc.cluster.local', 'A', 'NXDOMAIN'],
  ['2.0.244.10.in-addr.arpa', 'PTR', 'NOERROR PTR web-0.web.default.svc.cluster.local'],
  [
    '_http._tcp.web.default.svc.cluster.local',
    'SRV',
    'NOERROR SRV {priority:0,weight:50,port:8080,target:web-0.web.default.svc.cluster.local}, ' +
      'SRV {priority:0,weight:50,port:8080,target:10-244-1-2.web.default.svc.cluster.local} | A 10.244.0.2, A 10.244.1.2',
  ],
])('a headless service: %s %s', async (name, type, answer) => {
  await makeService('web', { clusterIP: 'None' }, pods);
  expect(await ask(name, type)).toBe(answer);
});

test('an external name is an alias, followed inside the cluster', async () => {
  await makeService('web', { clusterIP: '10.96.0.60' });
  await makeService('inside', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' });
  expect(await ask('inside.default.svc.cluster.local', 'A')).toBe('NOERROR CNAME web.default.svc.cluster.local, A 10.96.0.60');
});

test('an external name outside the cluster is for others to resolve', async () => {
  await makeService('outside', { type: 'ExternalName', externalName: 'example.com' });
  const answer = (await zone()).answer({ name: 'outside.default.svc.cluster.local', type: 'A' });
  expect(answer).toMatchObject({ code: 'NOERROR', elsewhere: 'example.com', records: [{ type: 'CNAME', data: 'example.com' }] });
});

test('before the first list an unknown name is a failure, not a no', () => {
  const informers = new Informers(api, stop.signal);
  const early = new ClusterZone('cluster.local', new ClusterRecords(informers.of(services), informers.of(endpointSlices)));
  expect(early.answer({ name: 'web.default.svc.cluster.local', type: 'A' })?.code).toBe('SERVFAIL');
});
