import type { ClusterService, clusterIpc } from '../../ipc/cluster.ts';
import type { Handlers } from '../../ipc/host.ts';
import type { ClusterOperations } from './operations.ts';
import { readStepLog } from './step-log.ts';

/** Life cycle of clusters, for windows. */
export function clusterHandlers(service: ClusterService, operations: ClusterOperations): Handlers<typeof clusterIpc> {
  return {
    engine: () => service.engine(),
    list: () => operations.list(),
    create: (spec) => operations.create(spec),
    start: ({ name }) => operations.start(name),
    stop: ({ name }) => operations.stop(name),
    delete: ({ name }) => operations.delete(name),
    cancel: async ({ name }) => operations.cancel(name),
    steps: async ({ name }) => operations.steps(name),
    stepLog: ({ name, step }) => readStepLog(operations.steps(name), step),
    loadImage: ({ name, source }) => operations.loadImage(name, source),
    kubeconfig: ({ name }) => service.kubeconfig(name),
  };
}
