import type { ServiceSpec } from '../../api/generated/core-v1.ts';
import { isExternal, needsClusterIp, needsHealthCheckPort, nodePortsOf } from './service-needs.ts';

/** `clusterIP` is the old name of the first of `clusterIPs`: what a client says in one is said in both. */
export function normalizeClusterIps(spec: ServiceSpec, previous: ServiceSpec | undefined): void {
  if (!previous) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
    return;
  }
  const changed = (spec.clusterIP ?? '') !== (previous.clusterIP ?? '');
  if (!changed && previous.clusterIPs?.length && !spec.clusterIPs?.length) spec.clusterIPs = [...previous.clusterIPs];
  if (!changed || (spec.clusterIPs ?? []).join() !== (previous.clusterIPs ?? []).join()) return;
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
  else delete spec.clusterIPs;
}

/** Clients write services from manifests that do not know what was allocated: such values carry over. */
export function keepAllocated(spec: ServiceSpec, previous: ServiceSpec): void {
  if (needsClusterIp(previous) && needsClusterIp(spec)) {
    if (!spec.clusterIP && previous.clusterIP) spec.clusterIP = previous.clusterIP;
    if (!spec.clusterIPs?.length && previous.clusterIPs?.length) spec.clusterIPs = [...previous.clusterIPs];
  }
  if (isExternal(previous) && isExternal(spec)) keepNodePorts(spec, previous);
  if (needsHealthCheckPort(previous) && needsHealthCheckPort(spec) && previous.healthCheckNodePort)
    spec.healthCheckNodePort ||= previous.healthCheckNodePort;
}

/** Ports are recognised by their name; a port number that the new service gives to another port is not kept. */
function keepNodePorts(spec: ServiceSpec, previous: ServiceSpec): void {
  const named = new Set(nodePortsOf(spec));
  const before = new Map((previous.ports ?? []).map((port) => [port.name ?? '', port.nodePort]));
  for (const port of spec.ports ?? []) {
    const kept = before.get(port.name ?? '');
    if (!port.nodePort && kept && !named.has(kept)) port.nodePort = kept;
  }
}

/** Takes off what the new type has no use for, unless the client changed it and must be told. */
export function dropUnneeded(spec: ServiceSpec, before: ServiceSpec): void {
  if (spec.type === before.type) return;
  if (needsClusterIp(before) && !needsClusterIp(spec))
    dropSame(spec, before, ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy']);
  if (isExternal(before) && !isExternal(spec)) {
    dropSame(spec, before, ['externalTrafficPolicy']);
    for (const port of spec.ports ?? []) if (before.ports?.some(({ nodePort }) => nodePort === port.nodePort)) delete port.nodePort;
  }
  if (needsHealthCheckPort(before) && !needsHealthCheckPort(spec)) dropSame(spec, before, ['healthCheckNodePort']);
  if (before.type === 'LoadBalancer') dropSame(spec, before, ['allocateLoadBalancerNodePorts', 'loadBalancerClass']);
}

function dropSame(spec: ServiceSpec, before: ServiceSpec, fields: readonly (keyof ServiceSpec)[]): void {
  for (const field of fields) if (JSON.stringify(spec[field]) === JSON.stringify(before[field])) delete spec[field];
}
