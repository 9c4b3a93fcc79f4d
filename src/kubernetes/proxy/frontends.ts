import { isIPv4 } from 'node:net';
import type { Service, ServicePort } from '../api/generated/core-v1.ts';

/** A way in to a service port. `node` frontends are the same port on each of the node's addresses. */
export type Frontend =
  | { kind: 'cluster'; ip: string; port: number; localOnly: boolean }
  | { kind: 'external'; ip: string; port: number; localOnly: boolean; sources: readonly string[] }
  | { kind: 'node'; port: number; localOnly: boolean };

export const PROXY_NAME_LABEL = 'service.kubernetes.io/service-proxy-name';

/** Whether a service has a virtual address that we have to answer for. */
export function isProxied({ spec, metadata }: Service): boolean {
  if (metadata.labels?.[PROXY_NAME_LABEL] !== undefined || spec.type === 'ExternalName') return false;
  return spec.clusterIP !== undefined && isIPv4(spec.clusterIP);
}

/** Every address and port on which `port` of the service is offered. */
export function frontendsOf(service: Service, port: ServicePort): Frontend[] {
  const { spec, status } = service;
  const externalLocal = spec.externalTrafficPolicy === 'Local';
  const external = (ip: string, sources: readonly string[]): Frontend => ({
    kind: 'external',
    ip,
    port: port.port,
    localOnly: externalLocal,
    sources,
  });
  const ingress = (status?.loadBalancer?.ingress ?? []).filter(({ ipMode }) => ipMode !== 'Proxy').flatMap(({ ip }) => ip ?? []);
  const ranges = (spec.loadBalancerSourceRanges ?? []).map((range) => range.trim()).filter((range) => isIPv4(range.split('/')[0] ?? ''));
  return [
    { kind: 'cluster', ip: spec.clusterIP as string, port: port.port, localOnly: spec.internalTrafficPolicy === 'Local' },
    ...(spec.externalIPs ?? []).filter(isIPv4).map((ip) => external(ip, [])),
    ...ingress.filter(isIPv4).map((ip) => external(ip, ranges)),
    ...(port.nodePort ? [{ kind: 'node', port: port.nodePort, localOnly: externalLocal } as const] : []),
  ];
}
