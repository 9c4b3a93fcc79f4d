import type { Service, ServicePort } from '../api/generated/core-v1.ts';
import type { Endpoint, EndpointSlice } from '../api/generated/discovery-v1.ts';

/** Where this node is, for endpoints that prefer to be used from near. */
export interface Place {
  nodeName: string;
  zone?: string | undefined;
}

export interface Backend {
  ip: string;
  port: number;
  local: boolean;
}

/** Who answers for a service port: everywhere, and for traffic that must stay on this node. */
export interface Backends {
  cluster: Backend[];
  local: Backend[];
  /** Whether an endpoint anywhere could answer; decides between refusing and dropping. */
  any: boolean;
}

interface Candidate extends Backend {
  endpoint: Endpoint;
}

/**
 * Ready endpoints; where there are none, those that still serve while terminating. The choice is made separately
 * for the whole cluster and for this node.
 */
export function selectBackends(service: Service, port: ServicePort, slices: readonly EndpointSlice[], place: Place): Backends {
  const candidates = candidatesOf(port, slices, place);
  const nearest = nearBackends(service, candidates, place);
  const local = usable(candidates.filter((candidate) => candidate.local));
  const cluster = usable(nearest);
  return { cluster: cluster.map(plain), local: local.map(plain), any: cluster.length > 0 };
}

function candidatesOf(port: ServicePort, slices: readonly EndpointSlice[], { nodeName }: Place): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const slice of slices) {
    if ((slice.addressType as string) !== 'IPv4') continue;
    const target = slice.ports?.find(({ name }) => (name ?? '') === (port.name ?? ''));
    if (!target?.port) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const ip = endpoint.addresses[0];
      if (!ip) continue;
      const key = `${ip}:${target.port}`;
      // Two slices may name an endpoint while it moves between them; a ready mention wins.
      if (found.has(key) && !isReady(endpoint)) continue;
      found.set(key, { ip, port: target.port, local: endpoint.nodeName === nodeName, endpoint });
    }
  }
  return [...found.values()].sort((a, b) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : a.port - b.port));
}

const isReady = ({ conditions }: Endpoint) => conditions?.ready ?? true;
const servesWhileTerminating = ({ conditions }: Endpoint) => (conditions?.serving ?? true) && conditions?.terminating === true;

function usable(candidates: readonly Candidate[]): Candidate[] {
  const ready = candidates.filter(({ endpoint }) => isReady(endpoint));
  return ready.length > 0 ? ready : candidates.filter(({ endpoint }) => servesWhileTerminating(endpoint));
}

/** Follows the hints for nodes, else zones, if every ready endpoint carries one and one of them means this place. */
function nearBackends(service: Service, candidates: Candidate[], { nodeName, zone }: Place): Candidate[] {
  if (service.spec.internalTrafficPolicy === 'Local') return candidates;
  const ready = candidates.filter(({ endpoint }) => isReady(endpoint));
  const hinted = (kind: 'forNodes' | 'forZones', name: string | undefined) => {
    if (name === undefined || !ready.every(({ endpoint }) => endpoint.hints?.[kind]?.length)) return [];
    return ready.filter(({ endpoint }) => endpoint.hints?.[kind]?.some((hint) => hint.name === name));
  };
  const near = [hinted('forNodes', nodeName), hinted('forZones', zone)].find((found) => found.length > 0);
  return near ?? candidates;
}

const plain = ({ ip, port, local }: Candidate): Backend => ({ ip, port, local });
