import type { Node } from '../../api/generated/core-v1.ts';
import type { Amounts } from '../../api/helpers/pod-requests.ts';
import { amountsOf } from '../../api/helpers/pod-requests.ts';
import type { HostPort, PodInfo } from './pod-info.ts';

/** A node and what its pods take of it, kept up to date as pods come and go. */
export class NodeInfo {
  readonly name: string;
  node: Node;
  allocatable: Amounts;
  readonly pods = new Map<string, PodInfo>();
  readonly requested: Amounts = {};
  /** What the pods weigh when nodes are compared: see PodInfo.weight. */
  readonly weight = { cpu: 0, memory: 0 };
  /** Pods with required anti-affinity, and pods with any affinity. */
  readonly repelling = new Set<PodInfo>();
  readonly attracting = new Set<PodInfo>();
  /** Sizes of the images the node has, by every name of theirs. */
  images: ReadonlyMap<string, number>;

  constructor(node: Node) {
    this.name = node.metadata.name ?? '';
    this.node = node;
    this.allocatable = amountsOf(node.status?.allocatable);
    this.images = imagesOf(node);
  }

  get labels(): Record<string, string> {
    return this.node.metadata.labels ?? {};
  }

  update(node: Node): void {
    if (node.status?.allocatable !== this.node.status?.allocatable) this.allocatable = amountsOf(node.status?.allocatable);
    if (node.status?.images !== this.node.status?.images) this.images = imagesOf(node);
    this.node = node;
  }

  add(info: PodInfo): void {
    this.pods.set(info.key, info);
    this.#count(info, 1);
    if (info.antiAffinity.length > 0) this.repelling.add(info);
    if (hasAffinity(info)) this.attracting.add(info);
  }

  remove(key: string): void {
    const info = this.pods.get(key);
    if (!info) return;
    this.pods.delete(key);
    this.#count(info, -1);
    this.repelling.delete(info);
    this.attracting.delete(info);
  }

  /** True where a pod of the node has one of the ports already. */
  hasConflict(wanted: readonly HostPort[]): boolean {
    for (const { hostPorts } of this.pods.values()) {
      for (const taken of hostPorts) if (wanted.some((port) => conflicts(port, taken))) return true;
    }
    return false;
  }

  /** A copy to try things out on. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.node);
    for (const info of this.pods.values()) copy.add(info);
    return copy;
  }

  #count(info: PodInfo, sign: 1 | -1): void {
    for (const name in info.requests) this.requested[name] = (this.requested[name] ?? 0) + sign * (info.requests[name] ?? 0);
    this.weight.cpu += sign * info.weight.cpu;
    this.weight.memory += sign * info.weight.memory;
  }
}

function hasAffinity(info: PodInfo): boolean {
  return info.affinity.length + info.antiAffinity.length + info.preferredAffinity.length + info.preferredAntiAffinity.length > 0;
}

/** The unspecified address takes a port on every address. */
function conflicts(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || a.ip === '0.0.0.0' || b.ip === '0.0.0.0';
}

function imagesOf({ status }: Node): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { names = [], sizeBytes = 0 } of status?.images ?? []) for (const name of names) sizes.set(name, sizeBytes);
  return sizes;
}
