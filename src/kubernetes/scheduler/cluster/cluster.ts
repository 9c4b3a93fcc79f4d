import type { Node, Pod } from '../../api/generated/core-v1.ts';
import { isTerminal } from '../../api/helpers/pods.ts';
import { keyOf } from '../../machinery/meta.ts';
import { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { podInfo } from './pod-info.ts';

/** What plugins see of the cluster. A scheduling cycle runs without a break, so what it sees does not change under it. */
export interface ClusterView {
  nodes(): Iterable<NodeInfo>;
  node(name: string): NodeInfo | undefined;
  readonly nodeCount: number;
  namespaceLabels(namespace: string): Record<string, string> | undefined;
  /** Pods that wait for victims of theirs to leave this node, and have a claim to the room. */
  nominatedTo(node: string): Iterable<PodInfo>;
}

/**
 * Nodes with their pods: those the API server has told of, and those assumed, which were just decided and whose
 * binding is on its way.
 */
export class Cluster implements ClusterView {
  readonly #nodes = new Map<string, NodeInfo>();
  /** Pods of nodes that are not known (yet, or any more), by node. */
  readonly #homeless = new Map<string, Map<string, Pod>>();
  readonly #placed = new Map<string, { node: string; pod: Pod; assumed: boolean }>();
  readonly #nominated = new Map<string, Map<string, PodInfo>>();
  readonly #namespaceLabels: ClusterView['namespaceLabels'];

  constructor(namespaceLabels: ClusterView['namespaceLabels']) {
    this.#namespaceLabels = namespaceLabels;
  }

  get nodeCount(): number {
    return this.#nodes.size;
  }

  nodes(): Iterable<NodeInfo> {
    return this.#nodes.values();
  }

  node(name: string): NodeInfo | undefined {
    return this.#nodes.get(name);
  }

  namespaceLabels(namespace: string): Record<string, string> | undefined {
    return this.#namespaceLabels(namespace);
  }

  nominatedTo(node: string): Iterable<PodInfo> {
    return this.#nominated.get(node)?.values() ?? [];
  }

  /** Notes the node a waiting pod was nominated to, or that it no longer is. */
  nominate(pod: Pod, node: string | undefined): void {
    const key = keyOf(pod);
    for (const [name, pods] of this.#nominated) {
      pods.delete(key);
      if (pods.size === 0) this.#nominated.delete(name);
    }
    if (!node) return;
    const pods = this.#nominated.get(node);
    if (pods) pods.set(key, podInfo(pod));
    else this.#nominated.set(node, new Map([[key, podInfo(pod)]]));
  }

  setNode(node: Node): void {
    const name = node.metadata.name ?? '';
    const present = this.#nodes.get(name);
    if (present) {
      present.update(node);
      return;
    }
    const info = new NodeInfo(node);
    this.#nodes.set(name, info);
    for (const pod of this.#homeless.get(name)?.values() ?? []) info.add(podInfo(pod));
    this.#homeless.delete(name);
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    this.#nodes.delete(name);
    if (info.pods.size > 0) this.#homeless.set(name, new Map([...info.pods].map(([key, { pod }]) => [key, pod])));
  }

  /** Takes in a pod that is on a node; one that is over takes nothing any more. */
  setPod(pod: Pod): void {
    const node = pod.spec.nodeName;
    this.removePod(keyOf(pod));
    if (node && !isTerminal(pod)) this.#place(pod, node, false);
  }

  removePod(key: string): void {
    const placed = this.#placed.get(key);
    if (!placed) return;
    this.#placed.delete(key);
    this.#nodes.get(placed.node)?.remove(key);
    const homeless = this.#homeless.get(placed.node);
    homeless?.delete(key);
    if (homeless?.size === 0) this.#homeless.delete(placed.node);
  }

  /** Counts the pod on the node until the API server tells where it is. */
  assume(pod: Pod, node: string): void {
    this.#place(pod, node, true);
  }

  /** The binding failed. */
  forget(key: string): void {
    if (this.isAssumed(key)) this.removePod(key);
  }

  isAssumed(key: string): boolean {
    return this.#placed.get(key)?.assumed ?? false;
  }

  #place(pod: Pod, node: string, assumed: boolean): void {
    const key = keyOf(pod);
    this.#placed.set(key, { node, pod, assumed });
    const info = this.#nodes.get(node);
    if (info) {
      info.add(podInfo(pod));
      return;
    }
    const homeless = this.#homeless.get(node);
    if (homeless) homeless.set(key, pod);
    else this.#homeless.set(node, new Map([[key, pod]]));
  }
}

/** A cluster in which one node is another than it is: to try what would fit then. */
export function withNode(cluster: ClusterView, changed: NodeInfo): ClusterView {
  return {
    nodes: () => [...cluster.nodes()].map((info) => (info.name === changed.name ? changed : info)),
    node: (name) => (name === changed.name ? changed : cluster.node(name)),
    nodeCount: cluster.nodeCount,
    namespaceLabels: (namespace) => cluster.namespaceLabels(namespace),
    nominatedTo: (name) => cluster.nominatedTo(name),
  };
}
