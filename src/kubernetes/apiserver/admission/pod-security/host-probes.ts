import { type Check, containers, containersOf, plural, quoted, sortedSet } from './check.ts';
import type { Container, EphemeralContainer } from './types.ts';

interface Handler {
  httpGet?: { host?: string };
  tcpSocket?: { host?: string };
}

/** Probes and life-cycle hooks that make the kubelet call other machines in the pod's stead. */
export const hostProbes: Check = {
  id: 'hostProbesAndHostLifecycle',
  check(_metadata, spec) {
    const bad = containersOf(spec).filter((container) => hostsOf(container).length > 0);
    if (bad.length === 0) return undefined;
    const names = sortedSet(bad.map((container) => container.name));
    const hosts = sortedSet(bad.flatMap(hostsOf));
    const uses = `${plural('uses', 'use', names.length)} ${plural('probe or lifecycle host', 'probe or lifecycle hosts', hosts.length)}`;
    return { reason: 'probe or lifecycle host', detail: `${containers(names)} ${uses} ${quoted(hosts)}` };
  },
};

function hostsOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container | EphemeralContainer): string[] {
  const handlers: (Handler | undefined)[] = [livenessProbe, readinessProbe, startupProbe, lifecycle?.postStart, lifecycle?.preStop];
  return handlers.flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host]).flatMap((host) => host || []);
}
