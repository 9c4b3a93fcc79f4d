import type { BoundPod } from './pod.ts';

const MAX_LENGTH = 63;

/** The pod's host name and, for pods of a headless service, its domain. */
export function hostnameOf(pod: BoundPod, clusterDomain: string): { hostname: string; domain: string } {
  if (pod.spec.hostnameOverride) return { hostname: pod.spec.hostnameOverride, domain: '' };
  const hostname = pod.spec.hostname || truncated(pod.metadata.name);
  const domain = pod.spec.subdomain ? `${pod.spec.subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}` : '';
  return { hostname, domain };
}

function truncated(name: string): string {
  return name.slice(0, MAX_LENGTH).replace(/[-.]+$/, '');
}

/** What `hostname` prints inside the pod; empty for host network pods, whose name is the node's. */
export function kernelHostname(pod: BoundPod, clusterDomain: string): string {
  if (pod.spec.hostNetwork && !pod.spec.hostnameOverride) return '';
  const { hostname, domain } = hostnameOf(pod, clusterDomain);
  return pod.spec.setHostnameAsFQDN && domain ? `${hostname}.${domain}` : hostname;
}
