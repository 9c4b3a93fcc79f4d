/** Everything a kubelet is told; defaults are upstream's where there are any. */
export interface KubeletOptions {
  nodeName: string;
  /** Unix socket of the CRI runtime. */
  runtimeEndpoint: string;
  rootDirectory: string;
  podLogsDirectory: string;
  /** Where log collectors look for links to container logs. */
  containerLogsDirectory: string;
  /** Manifests of static pods; unset: none. */
  staticPodPath: string | undefined;
  resolvConf: string;
  clusterDNS: string[];
  clusterDomain: string;
  /** RuntimeClass handler for pods that name no class; empty: the runtime's default. */
  defaultRuntimeHandler: string;
  labels: Record<string, string>;
  taints: { key: string; value?: string; effect: string }[];
  /** HTTPS server. */
  address: string;
  port: number;
  tlsCertificate: string;
  tlsKey: string;
  clientCA: string;
  maxPods: number;
  /** Fixed node address; unset: found by itself and followed when it changes. */
  nodeIP: string | undefined;
  /** Where the cgroup file systems are mounted. */
  cgroupRoot: string;
  /** Keeps secrets and tokens in memory; off only where nothing may be mounted. */
  memoryVolumes: boolean;
  /** Kept for the system, not offered to pods. */
  systemReserved: { cpu?: string; memory?: string };
}

export const kubeletDefaults = {
  runtimeEndpoint: '/run/containerd/containerd.sock',
  rootDirectory: '/var/lib/kubelet',
  podLogsDirectory: '/var/log/pods',
  containerLogsDirectory: '/var/log/containers',
  staticPodPath: undefined,
  resolvConf: '/etc/resolv.conf',
  clusterDNS: [],
  clusterDomain: 'cluster.local',
  defaultRuntimeHandler: '',
  labels: {},
  taints: [],
  address: '0.0.0.0',
  port: 10250,
  tlsCertificate: '/etc/kubernetes/pki/kubelet.crt',
  tlsKey: '/etc/kubernetes/pki/kubelet.key',
  clientCA: '/etc/kubernetes/pki/ca.crt',
  maxPods: 110,
  nodeIP: undefined,
  cgroupRoot: '/sys/fs/cgroup',
  memoryVolumes: true,
  systemReserved: {},
} satisfies Omit<KubeletOptions, 'nodeName'>;

/** The version this kubelet reports. */
export const KUBELET_VERSION = 'v1.36.2';
