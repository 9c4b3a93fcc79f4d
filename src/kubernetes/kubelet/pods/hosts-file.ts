import { readFile, writeFile } from 'node:fs/promises';
import { hostnameOf } from './hostname.ts';
import type { BoundPod } from './pod.ts';

const LOCAL = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

/** The text of the pod's /etc/hosts. Host network pods see the node's file under another heading. */
export function hostsFile(pod: BoundPod, podIPs: readonly string[], clusterDomain: string, nodeHosts: string): string {
  const own = pod.spec.hostNetwork
    ? `# Kubernetes-managed hosts file (host network).\n${nodeHosts}`
    : `# Kubernetes-managed hosts file.\n${[...LOCAL, ...ownLines(pod, podIPs, clusterDomain)].join('\n')}\n`;
  return own + aliases(pod);
}

function ownLines(pod: BoundPod, podIPs: readonly string[], clusterDomain: string): string[] {
  const { hostname, domain } = hostnameOf(pod, clusterDomain);
  return podIPs.map((ip) => (domain ? `${ip}\t${hostname}.${domain}\t${hostname}` : `${ip}\t${hostname}`));
}

function aliases(pod: BoundPod): string {
  const entries = pod.spec.hostAliases ?? [];
  if (entries.length === 0) return '';
  const lines = entries.map(({ ip, hostnames }) => `${ip}\t${(hostnames ?? []).join('\t')}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join('')}`;
}

/** Writes it where every container of the pod mounts it from. */
export async function writeHostsFile(path: string, pod: BoundPod, podIPs: readonly string[], clusterDomain: string): Promise<void> {
  const nodeHosts = pod.spec.hostNetwork ? await readFile('/etc/hosts', 'utf8') : '';
  await writeFile(path, hostsFile(pod, podIPs, clusterDomain, nodeHosts), { mode: 0o644 });
}
