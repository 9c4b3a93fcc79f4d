import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { EtcdStorage } from '../../../src/kubernetes/storage/etcd/etcd-storage.ts';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { startEtcd, type TestEtcd } from '../../support/etcd.ts';

const SERVICES = '/api/v1/namespaces/default/services';
const ADDRESSES = '/apis/networking.k8s.io/v1/ipaddresses';

let etcd: TestEtcd;
let servers: TestApiServer[];

const start = async () =>
  startApiServer({
    storage: await EtcdStorage.open({ servers: [etcd.url] }, systemClock),
    config: { serviceClusterIPRange: '10.96.0.0/25', serviceNodePortRange: { from: 30_000, to: 30_119 } },
  });

beforeAll(async () => {
  etcd = await startEtcd();
  // At once: who is second finds the address of the API server's own service taken.
  servers = await Promise.all([start(), start()]);
}, 120_000);
afterAll(async () => {
  for (const server of servers) await server[Symbol.asyncDispose]();
  await etcd[Symbol.asyncDispose]();
});

const other = (index: number) => servers[index % 2] as TestApiServer;
const post = (index: number, name: string, spec: object) =>
  other(index).call('POST', SERVICES, { body: { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } } });
const parallel = <T>(count: number, run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => run(index)));

interface Listed {
  metadata: { name: string };
  spec: { clusterIP: string; ports: { nodePort?: number }[]; parentRef: { name: string } };
}
const list = async (path: string) => (await other(0).call('GET', path)).body.items as Listed[];
const portsOf = ({ spec }: Listed) => spec.ports.flatMap(({ nodePort }) => nodePort ?? []);

test('no address and no node port twice, however many ask two servers at once', async () => {
  const answers = await parallel(100, (index) => post(index, `s-${index}`, { type: 'NodePort' }));
  expect(answers.map(({ code }) => code)).toEqual(answers.map(() => 201));
  const services = await list(SERVICES);
  expect(new Set(services.map(({ spec }) => spec.clusterIP)).size).toBe(101);
  expect(new Set(services.flatMap(portsOf)).size).toBe(100);
  const records = (await list(ADDRESSES)).map(({ metadata, spec }) => `${metadata.name} ${spec.parentRef.name}`);
  expect(records.sort()).toEqual(services.map(({ metadata, spec }) => `${spec.clusterIP} ${metadata.name}`).sort());
});

test('one that both servers are asked for goes to one', async () => {
  const taken = new Set((await list(ADDRESSES)).map(({ metadata }) => metadata.name));
  const free = Array.from({ length: 126 }, (_, index) => `10.96.0.${index + 1}`).find((address) => !taken.has(address));
  const answers = await parallel(6, (index) => post(index, `same-${index}`, { clusterIP: free }));
  expect(answers.map(({ code }) => code).sort()).toEqual([201, 422, 422, 422, 422, 422]);
});

test('what is deleted through one server can be had through the other', async () => {
  await parallel(100, (index) => other(index + 1).call('DELETE', `${SERVICES}/s-${index}`));
  expect((await list(ADDRESSES)).length).toBe((await list(SERVICES)).length);
  const answers = await parallel(100, (index) => post(index, `t-${index}`, { type: 'NodePort' }));
  expect(answers.map(({ code }) => code)).toEqual(answers.map(() => 201));
  expect(new Set((await list(SERVICES)).flatMap(portsOf)).size).toBe(100);
});

test('of servers asked for one name, the one that lost takes nothing away', async () => {
  const answers = await parallel(8, (index) => post(index, 'once', {}));
  expect(answers.filter(({ code }) => code === 201)).toHaveLength(1);
  expect((await list(ADDRESSES)).length).toBe((await list(SERVICES)).length);
});
