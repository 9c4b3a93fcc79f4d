import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog } from '../../src/base/log.ts';
import type { Pod } from '../../src/kubernetes/api/generated/core-v1.ts';
import { configMaps, pods, serviceAccounts } from '../../src/kubernetes/api/resources.ts';
import type { ApiConnection } from '../../src/kubernetes/client/api-client.ts';
import { connect } from '../../src/kubernetes/client/connect.ts';
import { Informer } from '../../src/kubernetes/client/informer.ts';
import { startKubelet } from '../../src/kubernetes/kubelet/kubelet.ts';
import { kubeletDefaults } from '../../src/kubernetes/kubelet/options.ts';
import type { TestApiServer } from './api-server.ts';
import { startApiServer } from './api-server.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeRuntime } from './fake-runtime.ts';

export const NODE = 'node-1';
const TURN = 50;
const PATIENCE = 15_000;

/** A kubelet of this process between a real API server and a runtime that runs nothing, in time that the test drives. */
export interface TestKubelet extends AsyncDisposable {
  readonly api: ApiConnection;
  readonly runtime: FakeRuntime;
  readonly clock: FakeClock;
  /** Where the kubelet keeps its files. */
  readonly folder: string;
  create(pod: Partial<Pod['spec']> & { name: string }): Promise<Pod>;
  /** The pod once it satisfies `condition`; undefined stands for "is gone". Time passes meanwhile. */
  until(name: string, condition: (pod: Pod | undefined) => boolean): Promise<Pod | undefined>;
  /** Ends the kubelet as a crash would; `start` begins another. */
  stop(): Promise<void>;
  start(): void;
}

export async function startTestKubelet(): Promise<TestKubelet> {
  const server = await startApiServer();
  const folder = await mkdtemp(join(tmpdir(), 'kubelet-'));
  const clock = new FakeClock(Date.now());
  const runtime = await FakeRuntime.listen(join(folder, 'cri.sock'), clock);
  const options = {
    ...kubeletDefaults,
    ...(await filesFor(server, folder)),
    nodeName: NODE,
    port: 0,
    address: '127.0.0.1',
    memoryVolumes: false,
  };
  const api = connect({ server: server.url, token: { text: server.token }, certificateAuthority: { text: server.ca } });
  await prepareNamespace(api);
  const stopWatching = new AbortController();
  const informer = new Informer({ api, type: pods, clock, log: silentLog });
  void informer.run(stopWatching.signal);
  await informer.synced;

  let stop = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const kubelet: TestKubelet = {
    api,
    runtime,
    clock,
    folder,
    start() {
      stop = new AbortController();
      running = startKubelet(options, { api, log: silentLog, clock }, stop.signal).catch(() => {});
    },
    async stop() {
      stop.abort();
      await clock.advance(0);
      await running;
    },
    create: ({ name, ...spec }) => api.create(pods, podWith(name, spec)),
    async until(name, condition) {
      const end = performance.now() + PATIENCE;
      for (;;) {
        const pod = informer.get(`default/${name}`);
        if (condition(pod)) return pod;
        if (performance.now() > end)
          throw new Error(`${name} never became what was expected: ${JSON.stringify(pod?.status, undefined, 1)}`);
        await clock.advance(TURN);
      }
    },
    async [Symbol.asyncDispose]() {
      await kubelet.stop();
      stopWatching.abort();
      api[Symbol.dispose]();
      runtime[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
  kubelet.start();
  return kubelet;
}

async function filesFor(server: TestApiServer, folder: string) {
  const { cert, key } = await server.sign({ commonName: NODE, hosts: ['127.0.0.1'] });
  const paths = { tlsCertificate: join(folder, 'tls.crt'), tlsKey: join(folder, 'tls.key'), clientCA: join(folder, 'ca.crt') };
  await Promise.all([writeFile(paths.tlsCertificate, cert), writeFile(paths.tlsKey, key), writeFile(paths.clientCA, server.ca)]);
  const directories = {
    rootDirectory: join(folder, 'root'),
    podLogsDirectory: join(folder, 'logs'),
    containerLogsDirectory: join(folder, 'links'),
    cgroupRoot: join(folder, 'cgroup'),
  };
  for (const directory of Object.values(directories)) await mkdir(directory);
  return { ...paths, ...directories, runtimeEndpoint: join(folder, 'cri.sock') };
}

/** What controllers would have made. */
async function prepareNamespace(api: ApiConnection): Promise<void> {
  await api.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } });
  await api.create(configMaps, { metadata: { name: 'kube-root-ca.crt', namespace: 'default' }, data: { 'ca.crt': 'test' } });
}

function podWith(name: string, spec: Partial<Pod['spec']>): Pod {
  const containers = [{ name: 'app', image: 'app:1' }];
  return { metadata: { name, namespace: 'default' }, spec: { nodeName: NODE, automountServiceAccountToken: false, containers, ...spec } };
}
