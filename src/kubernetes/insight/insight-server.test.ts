import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeApi } from '../../../test/support/fake-api.ts';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { silentLog } from '../../base/log.ts';
import { nodes, pods } from '../api/resources.ts';
import { Informers } from '../client/informers.ts';
import { HistoryStore } from './history-store.ts';
import { InsightServer } from './insight-server.ts';
import { LatestUse } from './latest-use.ts';
import { MetricsApi } from './metrics-api.ts';
import { MinuteStore } from './minute-store.ts';
import { selfSigned } from './self-signed.ts';
import { nodeSeries } from './series.ts';

const proxy = selfSigned('front-proxy-client', Date.now());
const stranger = selfSigned('stranger', Date.now());

let stop: AbortController;
let server: InsightServer;
let port: number;
const clock = new FakeClock('2030-01-01T00:10:00Z');
const now = clock.now() / 1000;

beforeEach(async () => {
  stop = new AbortController();
  const api = new FakeApi();
  await api.create(nodes, { metadata: { name: 'a', labels: { zone: 'x' } }, spec: {} });
  await api.create(pods, { metadata: { namespace: 'default', name: 'web', labels: { app: 'web' } }, spec: { containers: [] } });
  const informers = new Informers(api, stop.signal);
  const [nodeInformer, podInformer] = [informers.of(nodes), informers.of(pods)];
  await informers.synced();
  const latest = new LatestUse();
  const containers = [
    { name: 'app', cpu: 0.1, memory: 2048 },
    { name: 'side', cpu: 0.025, memory: 1024 },
  ];
  const idle = [{ name: 'app', cpu: 0, memory: 0 }];
  latest.put({
    node: 'a',
    at: clock.now(),
    window: 10_000,
    cpu: 0.5,
    memory: 4096,
    pods: [
      { namespace: 'default', name: 'web', containers },
      { namespace: 'other', name: 'idle', containers: idle },
    ],
  });
  const history = new HistoryStore(new MinuteStore(':memory:'), 10);
  history.add(nodeSeries('a'), now - 20, { cpu: 0.5, memory: 4096 });
  const metrics = new MetricsApi(latest, nodeInformer, podInformer);
  const options = { metrics, history, frontProxyCA: proxy.cert, frontProxyNames: ['front-proxy-client'], clock, log: silentLog };
  server = new InsightServer(options);
  port = await server.listen(0);
});

afterEach(async () => {
  stop.abort();
  await server[Symbol.asyncDispose]();
});

interface Named {
  name: string;
}

interface Reply {
  status: number;
  text: string;
  body: { message?: string; items?: { metadata: Named }[]; resources?: Named[] };
}

function ask(path: string, options: { as?: typeof proxy | 'nobody'; accept?: string; method?: string } = {}): Promise<Reply> {
  const { as = proxy, accept = 'application/json', method = 'GET' } = options;
  const client = as === 'nobody' ? {} : as;
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, rejectUnauthorized: false, headers: { accept }, ...client },
      async (response) => {
        const body = await text(response);
        resolve({ status: response.statusCode ?? 0, text: body, body: body.startsWith('{') ? JSON.parse(body) : {} });
      },
    );
    sent.on('error', reject).end();
  });
}

const ROOT = '/apis/metrics.k8s.io/v1beta1';

test('discovery', async () => {
  expect((await ask('/apis/metrics.k8s.io')).body).toMatchObject({ kind: 'APIGroup', preferredVersion: { version: 'v1beta1' } });
  expect((await ask(ROOT)).body.resources?.map(({ name }) => name)).toEqual(['nodes', 'pods']);
});

test('a node’s use, with its labels', async () => {
  expect((await ask(`${ROOT}/nodes/a`)).body).toEqual({
    kind: 'NodeMetrics',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { name: 'a', creationTimestamp: '2030-01-01T00:10:00Z', labels: { zone: 'x' } },
    timestamp: '2030-01-01T00:10:00Z',
    window: '10.000s',
    usage: { cpu: '500000000n', memory: '4Ki' },
  });
});

test.each([
  { name: 'all pods', path: '/pods', found: ['web', 'idle'] },
  { name: 'of a namespace', path: '/namespaces/default/pods', found: ['web'] },
  { name: 'by label', path: '/pods?labelSelector=app%3Dweb', found: ['web'] },
  { name: 'by field', path: '/pods?fieldSelector=metadata.namespace%3Dother', found: ['idle'] },
])('pods: $name', async ({ path, found }) => {
  const { body } = await ask(ROOT + path);
  expect(body).toMatchObject({ kind: 'PodMetricsList' });
  expect(body.items?.map(({ metadata }) => metadata.name)).toEqual(found);
});

test('as a table, containers are summed', async () => {
  const { body } = await ask(`${ROOT}/namespaces/default/pods`, {
    accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
  });
  expect(body).toMatchObject({ kind: 'Table', rows: [{ cells: ['web', '125m', '3Ki', '10.000s'] }] });
});

test.each([
  {
    name: 'a pod that is not measured',
    path: `${ROOT}/namespaces/default/pods/none`,
    status: 404,
    message: 'pods.metrics.k8s.io "none" not found',
  },
  { name: 'an unreadable selector', path: `${ROOT}/pods?labelSelector=%3D%3D`, status: 400 },
  { name: 'history of nothing', path: '/history?kind=node', status: 400, message: 'name is required' },
  { name: 'history without a namespace', path: '/history?kind=pod&name=web', status: 400, message: 'namespace is required for a pod' },
])('$name', async ({ path, status, message }) => {
  const reply = await ask(path);
  expect(reply.status).toBe(status);
  if (message) expect(reply.body.message).toBe(message);
});

test('only the API server may ask for metrics', async () => {
  expect((await ask(`${ROOT}/nodes`, { as: 'nobody' })).status).toBe(401);
  expect((await ask(`${ROOT}/nodes`, { as: stranger })).status).toBe(401);
});

test('metrics are not written', async () => {
  expect((await ask(`${ROOT}/nodes/a`, { method: 'DELETE' })).status).toBe(405);
});

test('history and health need no certificate', async () => {
  expect((await ask('/readyz', { as: 'nobody' })).text).toBe('ok');
  expect((await ask('/history?kind=node&name=a', { as: 'nobody' })).body).toEqual({
    step: 10,
    times: [now - 20],
    cpu: [0.5],
    memory: [4096],
  });
});
