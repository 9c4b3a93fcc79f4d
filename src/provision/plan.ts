import type { ClusterSpec } from '../ipc/cluster.ts';
import type { NodeConfig } from '../kubernetes/bin/node-config.ts';

/** Addresses inside a cluster. The same in every cluster: each lives behind its own Docker network. */
export const CLUSTER_NETWORK = {
  clusterCIDR: '10.244.0.0/16',
  serviceCIDR: '10.96.0.0/16',
  serviceIP: '10.96.0.1',
  clusterDNS: '10.96.0.10',
  clusterDomain: 'cluster.local',
} as const;

export const API_PORT = 6443;
export const contextName = (cluster: string) => `slipway-${cluster}`;

export interface NodePlan {
  name: string;
  role: 'control-plane' | 'worker';
  config: NodeConfig;
}

/** `dev-control-plane`, `dev-worker`, `dev-worker2`: kind's names, which people know. */
export function nodeNames(spec: Pick<ClusterSpec, 'name' | 'workers'>): string[] {
  const workers = Array.from({ length: spec.workers }, (_, index) => `${spec.name}-worker${index === 0 ? '' : index + 1}`);
  return [`${spec.name}-control-plane`, ...workers];
}

/** The control plane takes ordinary pods only where there is no worker to take them. */
export function planNodes(spec: Pick<ClusterSpec, 'name' | 'workers'>, options: { sealed: boolean }): NodePlan[] {
  const names = nodeNames(spec);
  const { clusterCIDR, serviceCIDR, clusterDNS, clusterDomain } = CLUSTER_NETWORK;
  return names.map((name, index) => {
    const role = index === 0 ? 'control-plane' : 'worker';
    const taints =
      role === 'control-plane' && spec.workers > 0 ? [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] : [];
    const config: NodeConfig = {
      clusterName: spec.name,
      nodeName: name,
      role,
      apiServer: `https://${names[0]}:${API_PORT}`,
      clusterCIDR,
      serviceCIDR,
      clusterDNS,
      clusterDomain,
      labels: {},
      taints,
      sealed: options.sealed,
    };
    return { name, role, config };
  });
}
