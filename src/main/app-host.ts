import { type Clock, systemClock } from '../base/clock.ts';
import { appIpc } from '../ipc/app.ts';
import { type ClusterService, clusterIpc } from '../ipc/cluster.ts';
import { IpcHost, serve } from '../ipc/host.ts';
import { kubeIpc } from '../ipc/kube.ts';
import { metricsIpc } from '../ipc/metrics.ts';
import { execIpc, logsIpc } from '../ipc/pod-streams.ts';
import { clusterHandlers } from './clusters/handlers.ts';
import { ClusterOperations } from './clusters/operations.ts';
import { KubeConnections } from './kube/connections.ts';
import { execHandlers } from './kube/exec.ts';
import { kubeHandlers } from './kube/handlers.ts';
import { logHandlers } from './kube/logs.ts';
import { metricsHandlers } from './kube/metrics.ts';
import { WatchHub } from './kube/watch-hub.ts';

export interface AppHostOptions {
  clusters: ClusterService;
  version: string;
  host: 'desktop' | 'web';
  clock?: Clock;
}

/** Everything behind the windows, the same for Electron and for the browser. */
export interface AppHost extends Disposable {
  ipc: IpcHost;
}

export function createAppHost({ clusters, version, host, clock = systemClock }: AppHostOptions): AppHost {
  const connections = new KubeConnections((name) => clusters.kubeconfig(name));
  const watches = new WatchHub(connections, clock);
  const operations = new ClusterOperations(
    clusters,
    {
      onStep: (step) => ipc.emit(clusterIpc, 'progress', step),
      onChange: (cluster, operation) => {
        if (operation !== 'load-image') {
          // Its address or certificates may be others now.
          connections.drop(cluster);
          watches.drop(cluster);
        }
        operations.list().then(
          (list) => ipc.emit(clusterIpc, 'changed', list),
          () => {},
        );
      },
    },
    clock,
  );
  const ipc = new IpcHost([
    serve(appIpc, { info: async () => ({ version, host }) }),
    serve(clusterIpc, clusterHandlers(clusters, operations)),
    serve(kubeIpc, kubeHandlers(connections, watches)),
    serve(logsIpc, logHandlers(connections)),
    serve(execIpc, execHandlers(connections)),
    serve(metricsIpc, metricsHandlers(connections)),
  ]);
  return {
    ipc,
    [Symbol.dispose]() {
      operations[Symbol.dispose]();
      watches[Symbol.dispose]();
      connections[Symbol.dispose]();
    },
  };
}
