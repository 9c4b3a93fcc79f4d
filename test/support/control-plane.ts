import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import type { Pod } from '../../src/kubernetes/api/generated/core-v1.ts';
import type { ApiConnection } from '../../src/kubernetes/client/api-client.ts';
import { connect } from '../../src/kubernetes/client/connect.ts';
import { Informers } from '../../src/kubernetes/client/informers.ts';
import { waitForServer } from '../../src/kubernetes/client/wait-for-server.ts';
import { ControllerClients } from '../../src/kubernetes/controllers/controller-clients.ts';
import { runGarbageCollector } from '../../src/kubernetes/controllers/garbage-collector/run-garbage-collector.ts';
import { allControllers, runnable } from '../../src/kubernetes/controllers/registry.ts';
import { runControllers } from '../../src/kubernetes/controllers/run-controllers.ts';
import type { KubeObject } from '../../src/kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../src/kubernetes/machinery/resource.ts';
import { groupResource } from '../../src/kubernetes/machinery/resource.ts';
import { runScheduler } from '../../src/kubernetes/scheduler/run-scheduler.ts';
import { startApiServer, type TestApiServer } from './api-server.ts';
import type { Fate } from './fake-kubelet.ts';
import { addNode, fakeKubelet } from './fake-kubelet.ts';

/** A whole control plane in this process, with nodes on which pods run without containers. */
export interface TestControlPlane extends AsyncDisposable {
  readonly api: ApiConnection;
  readonly server: TestApiServer;
  readonly informers: Informers;
  /** Resolves, with all objects of the type, as soon as they satisfy `condition`. */
  until<T extends KubeObject>(type: ResourceType<T>, condition: (objects: readonly T[]) => boolean): Promise<readonly T[]>;
  /** The same for one object by its key; undefined while there is none. */
  untilOne<T extends KubeObject>(type: ResourceType<T>, key: string, condition: (object: T | undefined) => boolean): Promise<T | undefined>;
  addNode: (name: string, options?: Parameters<typeof addNode>[2]) => Promise<void>;
}

export interface TestControlPlaneOptions {
  nodes?: readonly string[];
  /** What becomes of a pod once it is on a node; default ready. */
  fate?: (pod: Pod) => Fate;
}

export async function startControlPlane({
  nodes = ['node-1', 'node-2', 'node-3'],
  fate,
}: TestControlPlaneOptions = {}): Promise<TestControlPlane> {
  const server = await startApiServer();
  const stop = new AbortController();
  const { signal } = stop;
  const config = { server: server.url, certificateAuthority: { text: server.ca } };
  const connectAs = async (commonName: string) => {
    const { cert, key } = await server.sign({ commonName });
    return connect({ ...config, clientCertificate: { text: cert }, clientKey: { text: key } });
  };
  const open = new DisposableStack();
  const api = open.use(connect({ ...config, token: { text: server.token } }));
  // Everybody with the rights they have in a cluster, so that one too few is noticed here.
  const manager = open.use(await connectAs('system:kube-controller-manager'));
  const scheduler = open.use(await connectAs('system:kube-scheduler'));
  const clients = open.use(new ControllerClients(config, manager));
  const served = await waitForServer(api, { clock: systemClock, log: silentLog }, signal);
  const informers = new Informers(manager, signal);
  const names = new Set(served.map(groupResource));
  const serves = (type: ResourceType) => names.has(groupResource(type));
  const clusterSigning = { certificate: server.ca, key: server.caKey };
  const controllers = runnable(allControllers({ clusterCidrs: ['10.244.0.0/16'], rootCa: server.ca, clusterSigning }), served);
  const running = [
    runControllers(controllers, { api: manager, clientOf: (name) => clients.of(name), informers, log: silentLog, serves }, signal),
    runScheduler({ api: scheduler, informers, log: silentLog, serves }, signal),
    runGarbageCollector({ api: clients.of('garbage-collector'), informers, served, log: silentLog }, signal),
  ];
  fakeKubelet({ api, informers, fate });
  for (const name of nodes) await addNode(api, name);

  const until: TestControlPlane['until'] = (type, condition) => changes(informers, type, () => informers.of(type).list(), condition);
  return {
    api,
    server,
    informers,
    until,
    untilOne: (type, key, condition) => changes(informers, type, () => informers.of(type).get(key), condition),
    addNode: (name, options) => addNode(api, name, options),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.all(running);
      open.dispose();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What `read` gives once it satisfies `condition`, looked at whenever something of the type changes. */
async function changes<T extends KubeObject, R>(
  informers: Informers,
  type: ResourceType<T>,
  read: () => R,
  condition: (value: R) => boolean,
): Promise<R> {
  const informer = informers.of(type);
  await informer.synced;
  const { promise, resolve } = Promise.withResolvers<void>();
  const check = () => {
    if (condition(read())) resolve();
  };
  using _ = informer.onChange(check);
  check();
  await promise;
  return read();
}
