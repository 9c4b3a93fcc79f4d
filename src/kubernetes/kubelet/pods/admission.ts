import type { Pod } from '../../api/generated/core-v1.ts';
import { podAmount } from '../resources/pod-resources.ts';
import type { BoundPod } from './pod.ts';
import { containersOf, isTerminalPhase } from './pod.ts';

export interface Room {
  cpuMilli: number;
  memory: number;
  pods: number;
}

const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);

interface Refusal {
  reason: string;
  message: string;
}

/** Why a pod cannot run here beside the others; undefined when it can. The scheduler asked first, but may have raced. */
export function refuse(pod: BoundPod, others: readonly Pod[], room: Room): Refusal | undefined {
  const running = others.filter((other) => !isTerminalPhase(other.status?.phase));
  return refuseSysctls(pod) ?? refuseResources(pod, running, room) ?? refusePorts(pod, running);
}

function refuseSysctls(pod: BoundPod): Refusal | undefined {
  for (const { name } of pod.spec.securityContext?.sysctls ?? []) {
    const dotted = name.replaceAll('/', '.');
    if (!SAFE_SYSCTLS.has(dotted)) return { reason: 'SysctlForbidden', message: `forbidden sysctl: "${dotted}" not allowlisted` };
    if (pod.spec.hostNetwork && dotted.startsWith('net.')) {
      return { reason: 'SysctlForbidden', message: `forbidden sysctl: "${dotted}" not allowed with host net enabled` };
    }
  }
  return undefined;
}

function refuseResources(pod: BoundPod, others: readonly Pod[], room: Room): Refusal | undefined {
  if (others.length + 1 > room.pods) return outOf('pods', 1, others.length, room.pods);
  const checks = [
    ['cpu', room.cpuMilli],
    ['memory', room.memory],
  ] as const;
  for (const [name, capacity] of checks) {
    const wanted = podAmount(pod, 'requests', name) ?? 0;
    const used = others.reduce((sum, other) => sum + (podAmount(other, 'requests', name) ?? 0), 0);
    if (wanted > 0 && used + wanted > capacity) return outOf(name, wanted, used, capacity);
  }
  return undefined;
}

function outOf(resource: string, requested: number, used: number, capacity: number): Refusal {
  return {
    reason: `OutOf${resource}`,
    message: `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
  };
}

function refusePorts(pod: BoundPod, others: readonly Pod[]): Refusal | undefined {
  const taken = new Set(others.flatMap((other) => hostPorts(other)));
  if (!hostPorts(pod).some((port) => taken.has(port))) return undefined;
  return { reason: 'NodePorts', message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports" };
}

function hostPorts(pod: Pod): string[] {
  return [...containersOf(pod)].flatMap(({ container }) =>
    (container.ports ?? [])
      .filter(({ hostPort }) => hostPort)
      .map(({ protocol, hostPort, hostIP }) => `${protocol ?? 'TCP'}/${hostIP || '*'}/${hostPort}`),
  );
}
