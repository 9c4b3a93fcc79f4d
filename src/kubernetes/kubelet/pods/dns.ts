import { readFileSync } from 'node:fs';
import type { Pod } from '../../api/generated/core-v1.ts';
import type { DNSConfig } from '../cri/runtime-v1.ts';

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
const CLUSTER_OPTIONS = ['ndots:5'];

export interface DnsSettings {
  clusterDNS: readonly string[];
  clusterDomain: string;
  /** The machine's own resolver, as parsed from its resolv.conf. */
  host: DNSConfig;
}

/** Where a pod's containers look names up, by its dnsPolicy and dnsConfig. */
export function dnsConfigOf(pod: Pod, settings: DnsSettings): DNSConfig {
  const base = byPolicy(pod, settings);
  const own = pod.spec.dnsConfig;
  if (!own) return limited(base);
  return limited({
    servers: unique([...base.servers, ...(own.nameservers ?? [])]),
    searches: unique([...base.searches, ...(own.searches ?? [])]),
    options: mergeOptions(base.options, own.options ?? []),
  });
}

function byPolicy(pod: Pod, { clusterDNS, clusterDomain, host }: DnsSettings): DNSConfig {
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  if (policy === 'None') return { servers: [], searches: [], options: [] };
  const cluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod.spec.hostNetwork);
  if (!cluster || clusterDNS.length === 0) return pod.spec.hostNetwork ? host : withoutLoopback(host);
  const searches = [`${pod.metadata.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { servers: [...clusterDNS], searches: unique([...searches, ...host.searches]), options: CLUSTER_OPTIONS };
}

/** A resolver on the node's loopback (Docker's, systemd-resolved's) is not there inside a pod's network. */
function withoutLoopback(host: DNSConfig): DNSConfig {
  return { ...host, servers: host.servers.filter((server) => !server.startsWith('127.') && server !== '::1') };
}

function limited({ servers, searches, options }: DNSConfig): DNSConfig {
  return { servers: servers.slice(0, MAX_SERVERS), searches: searches.slice(0, MAX_SEARCHES), options };
}

const unique = (values: string[]) => [...new Set(values)];

function mergeOptions(base: readonly string[], own: readonly { name?: string; value?: string }[]): string[] {
  const merged = new Map(base.map((option) => [option.split(':')[0] ?? '', option]));
  for (const { name = '', value } of own) merged.set(name, value ? `${name}:${value}` : name);
  return [...merged.values()];
}

/** Reads a resolv.conf; a missing file is an empty configuration. */
export function readResolvConf(path: string): DNSConfig {
  try {
    return parseResolvConf(readFileSync(path, 'utf8'));
  } catch {
    return { servers: [], searches: [], options: [] };
  }
}

export function parseResolvConf(text: string): DNSConfig {
  const config: DNSConfig = { servers: [], searches: [], options: [] };
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === 'nameserver' && values[0]) config.servers.push(values[0]);
    else if (keyword === 'search') config.searches = values.map((value) => (value === '.' ? value : value.replace(/\.$/, '')));
    else if (keyword === 'options') config.options = values;
  }
  return config;
}
