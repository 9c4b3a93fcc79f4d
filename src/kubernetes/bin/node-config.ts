import { readFile } from 'node:fs/promises';

/** `/etc/slipway/node.json`: what provisioning tells a node about itself. Written by src/provision, read by agents. */
export interface NodeConfig {
  clusterName: string;
  /** Kubernetes name of the node, also its host name and its name in the network's DNS. */
  nodeName: string;
  role: 'control-plane' | 'worker';
  /** `https://<control plane's name>:6443`: by name, so that a changed address breaks nothing. */
  apiServer: string;
  /** Pod addresses of the cluster, `10.244.0.0/16`; each node gets a /24 of it (Node.spec.podCIDR). */
  clusterCIDR: string;
  /** `10.96.0.0/16` */
  serviceCIDR: string;
  /** `10.96.0.10` */
  clusterDNS: string;
  clusterDomain: string;
  /** Labels and taints the kubelet registers the node with. */
  labels: Record<string, string>;
  taints: { key: string; value?: string; effect: string }[];
  /** Nothing but the node network, pods and services may be reached: tests. */
  sealed: boolean;
}

const NODE_CONFIG = '/etc/slipway/node.json';

/** Reads this node's configuration. */
export async function readNodeConfig(file: string = NODE_CONFIG): Promise<NodeConfig> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as NodeConfig;
  } catch (cause) {
    throw new Error(`reading ${file}`, { cause });
  }
}
