import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type DecodedPacket, type Answer as DnsRecord, decode, encode, type Packet } from 'dns-packet';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeApi } from '../../../test/support/fake-api.ts';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { silentLog } from '../../base/log.ts';
import { endpointSlices, services } from '../api/resources.ts';
import { Informers } from '../client/informers.ts';
import { ClusterRecords } from './cluster-records.ts';
import { ClusterZone } from './cluster-zone.ts';
import { DnsServer } from './dns-server.ts';
import { Forwarder } from './forwarder.ts';
import { Resolver } from './resolver.ts';
import { exchange, type Transport } from './upstream.ts';

let stop: AbortController;
let outside: Socket;
let asked: string[];
let server: DnsServer;
let port: number;
let clock: FakeClock;

/** A name server of the world that knows every name. */
async function startOutside(): Promise<number> {
  outside = createSocket('udp4');
  outside.on('message', (bytes, from) => {
    const query = decode(bytes);
    const name = query.questions?.[0]?.name ?? '';
    asked.push(name);
    const answers: DnsRecord[] = [{ type: 'A', name, ttl: 60, data: '203.0.113.1' }];
    outside.send(encode({ type: 'response', id: query.id ?? 0, questions: query.questions ?? [], answers }), from.port, from.address);
  });
  outside.bind(0, '127.0.0.1');
  await once(outside, 'listening');
  return (outside.address() as AddressInfo).port;
}

beforeEach(async () => {
  stop = new AbortController();
  asked = [];
  clock = new FakeClock();
  const api = new FakeApi();
  await api.create(services, { metadata: { namespace: 'default', name: 'big' }, spec: { clusterIP: 'None', ports: [] } });
  await api.create(services, {
    metadata: { namespace: 'default', name: 'far' },
    spec: { type: 'ExternalName', externalName: 'example.com' },
  });
  await api.create(endpointSlices, {
    metadata: { namespace: 'default', name: 'big', labels: { 'kubernetes.io/service-name': 'big' } },
    addressType: 'IPv4' as never,
    endpoints: Array.from({ length: 40 }, (_, index) => ({ addresses: [`10.244.0.${index + 2}`] })),
  });
  const informers = new Informers(api, stop.signal);
  const records = new ClusterRecords(informers.of(services), informers.of(endpointSlices));
  await informers.synced();
  const forwarder = new Forwarder([{ address: '127.0.0.1', port: await startOutside() }], clock);
  server = new DnsServer(new Resolver(new ClusterZone('cluster.local', records), forwarder, silentLog), silentLog);
  port = await server.listen(0, '127.0.0.1');
});

afterEach(async () => {
  stop.abort();
  outside.close();
  await server[Symbol.asyncDispose]();
});

async function ask(name: string, transport: Transport = 'udp', extra: Packet = {}): Promise<DecodedPacket & { rcode: string }> {
  const query = encode({ type: 'query', id: 7, flags: 0x0100, questions: [{ type: 'A', name, class: 'IN' }], ...extra });
  return decode(await exchange({ address: '127.0.0.1', port }, query, transport, 5_000)) as DecodedPacket & { rcode: string };
}

const edns: Packet['additionals'] = [
  { type: 'OPT', name: '.', udpPayloadSize: 4096, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] },
];

test('an answer too large for UDP is cut, and complete over TCP', async () => {
  const cut = await ask('big.default.svc.cluster.local');
  expect(cut).toMatchObject({ flag_tc: true, answers: [], rcode: 'NOERROR' });
  expect((await ask('big.default.svc.cluster.local', 'tcp')).answers).toHaveLength(40);
});

test('a negative answer says how long it holds', async () => {
  const answer = await ask('none.default.svc.cluster.local');
  expect(answer).toMatchObject({ rcode: 'NXDOMAIN', flag_aa: true, authorities: [{ type: 'SOA', name: 'cluster.local' }] });
});

test('a client that speaks EDNS is answered in EDNS', async () => {
  const answer = await ask('none.default.svc.cluster.local', 'udp', { additionals: edns });
  expect(answer.additionals).toMatchObject([{ type: 'OPT' }]);
});

test('other names are asked outside, once while the answer holds', async () => {
  expect((await ask('example.com')).answers).toMatchObject([{ data: '203.0.113.1' }]);
  expect((await ask('example.com')).id).toBe(7);
  expect(asked).toEqual(['example.com']);
});

test('an external name comes with its address', async () => {
  expect((await ask('far.default.svc.cluster.local')).answers).toMatchObject([
    { type: 'CNAME', data: 'example.com' },
    { data: '203.0.113.1' },
  ]);
});

test('without name servers outside, other names fail at once', async () => {
  const resolver = new Resolver(
    new ClusterZone('cluster.local', { synced: true, namesOf: () => [] } as never),
    new Forwarder([], clock),
    silentLog,
  );
  const answer = await resolver.resolve(encode({ type: 'query', id: 1, questions: [{ type: 'A', name: 'example.com' }] }), 'udp');
  expect(decode(answer ?? Buffer.alloc(0))).toMatchObject({ rcode: 'SERVFAIL' });
});

test('noise is not answered', async () => {
  const resolver = new Resolver({} as never, new Forwarder([], clock), silentLog);
  expect(await resolver.resolve(Buffer.from('noise'), 'udp')).toBeUndefined();
});
