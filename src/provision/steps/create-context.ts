import type { ClusterSpec } from '../../ipc/cluster.ts';
import type { ApiClient } from '../../kubernetes/client/api-client.ts';
import type { NodePlan } from '../plan.ts';
import type { MachineProvider, NodeImage } from '../provider.ts';
import type { ClusterSecrets, ClusterStore } from '../state/cluster-store.ts';

/** What the steps of a creation share. */
export interface CreateContext {
  readonly spec: ClusterSpec & { apiPort: number };
  readonly nodes: readonly NodePlan[];
  readonly sealed: boolean;
  readonly provider: MachineProvider;
  readonly store: ClusterStore;
  readonly image: NodeImage;
  /** Kubernetes manifests applied once the API server answers: file name to YAML. */
  readonly addOns: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Set by the certificates step. */
  secrets: ClusterSecrets;
  /** Opens the connection as admin; the creation owns and closes it. */
  api(): ApiClient;
}
