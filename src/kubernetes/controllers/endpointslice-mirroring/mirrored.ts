import type { EndpointAddress, EndpointSubset, Endpoints } from '../../api/generated/core-v1.ts';
import type { Endpoint, EndpointPort } from '../../api/generated/discovery-v1.ts';
import { controllerReference } from '../../api/helpers/owners.ts';
import { endpoints as endpointsType } from '../../api/resources.ts';
import { portsKey } from '../endpointslice/ports.ts';
import type { AddressFamily, PortGroup, SliceOwner } from '../endpointslice/slices.ts';
import { MANAGED_BY, SERVICE_NAME } from '../endpointslice/slices.ts';

export const MIRROR = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
/** Endpoints objects were once used to elect leaders; nobody asks for those by DNS. */
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const NOT_COPIED = new Set(['kubectl.kubernetes.io/last-applied-configuration', 'endpoints.kubernetes.io/last-change-trigger-time']);
const MAX_ADDRESSES = 1000;

/** Whether Endpoints ask to be mirrored. */
export function wantsMirror({ metadata }: Endpoints): boolean {
  return metadata.labels?.[SKIP] !== 'true' && metadata.annotations?.[LEADER] === undefined;
}

/** Slices of Endpoints written by hand carry what those do. */
export function ofEndpoints(mirrored: Endpoints): SliceOwner {
  const { namespace, name, labels, annotations = {} } = mirrored.metadata;
  return {
    namespace,
    name,
    labels: { ...labels, [SERVICE_NAME]: name ?? '', [MANAGED_BY]: MIRROR },
    annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => !NOT_COPIED.has(key))),
    reference: controllerReference(endpointsType, mirrored),
  };
}

/** The endpoints of one family by their ports. */
export function groupsOf({ subsets = [] }: Endpoints, family: AddressFamily): Map<string, PortGroup> {
  const groups = new Map<string, PortGroup>();
  for (const subset of subsets) {
    const endpoints = endpointsOf(subset).filter(({ addresses }) => familyOf(addresses[0] ?? '') === family);
    if (endpoints.length === 0) continue;
    const ports = portsOf(subset);
    const group = groups.get(portsKey(ports)) ?? { ports, endpoints: [] };
    group.endpoints.push(...endpoints);
    groups.set(portsKey(ports), group);
  }
  return groups;
}

const familyOf = (address: string): AddressFamily => (address.includes(':') ? 'IPv6' : 'IPv4');

function endpointsOf({ addresses = [], notReadyAddresses = [] }: EndpointSubset): Endpoint[] {
  const all = [...addresses.map((address) => endpointOf(address, true)), ...notReadyAddresses.map((address) => endpointOf(address, false))];
  return all.slice(0, MAX_ADDRESSES);
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    ...(targetRef ? { targetRef } : {}),
  };
}

function portsOf({ ports = [] }: EndpointSubset): EndpointPort[] {
  return ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol ? { appProtocol } : {}),
  }));
}
