import type { Node, Pod, PodSpec, Taint } from '../../src/kubernetes/api/generated/core-v1.ts';
import { Cluster } from '../../src/kubernetes/scheduler/cluster/cluster.ts';

/** A node with 4 CPUs, 8 GiB and 110 pods unless told otherwise. */
export function aNode(
  name: string,
  options: {
    labels?: Record<string, string>;
    taints?: Taint[];
    unschedulable?: boolean;
    allocatable?: Record<string, string>;
    images?: { names: string[]; sizeBytes: number }[];
  } = {},
): Node {
  return {
    metadata: { name, labels: { 'kubernetes.io/hostname': name, ...options.labels } },
    spec: { taints: options.taints, unschedulable: options.unschedulable },
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110', ...options.allocatable }, images: options.images },
  };
}

/** A pod that asks for what `requests` says; `on` puts it on a node. */
export function aPod(
  name: string,
  options: {
    labels?: Record<string, string>;
    namespace?: string;
    requests?: Record<string, string>;
    on?: string;
    spec?: Partial<PodSpec>;
    status?: Pod['status'];
  } = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: options.namespace ?? 'ns', labels: options.labels, uid: `uid-${name}` },
    spec: { containers: [{ name: 'c', image: 'app:1', resources: { requests: options.requests } }], nodeName: options.on, ...options.spec },
    status: options.status,
  };
}

export function aCluster(
  nodes: readonly Node[],
  pods: readonly Pod[] = [],
  namespaceLabels: Record<string, Record<string, string>> = {},
): Cluster {
  const cluster = new Cluster((namespace) => namespaceLabels[namespace]);
  for (const node of nodes) cluster.setNode(node);
  for (const pod of pods) cluster.setPod(pod);
  return cluster;
}
