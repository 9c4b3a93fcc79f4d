import type { Service } from '../../api/generated/core-v1.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/generated/discovery-v1.ts';
import { controllerReference } from '../../api/helpers/owners.ts';
import { services } from '../../api/resources.ts';
import type { OwnerReference } from '../../machinery/meta.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { portsKey } from './ports.ts';

export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const MANAGER = 'endpointslice-controller.k8s.io';
const HEADLESS = 'service.kubernetes.io/headless';
/** More endpoints than this need another slice, so that one change is not a megabyte to every node. */
const MAX_ENDPOINTS = 100;

export type AddressFamily = 'IPv4' | 'IPv6';

/** Endpoints of one family that share their ports. */
export interface PortGroup {
  ports: EndpointPort[];
  endpoints: Endpoint[];
}

/** Whose endpoints the slices hold. */
export interface SliceOwner {
  namespace: string | undefined;
  /** New slices are named after it. */
  name: string | undefined;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  reference: OwnerReference;
}

export interface SliceChanges {
  create: EndpointSlice[];
  update: EndpointSlice[];
  delete: EndpointSlice[];
}

/** What has to be written so that `present` slices say what `groups` do, moving as few endpoints as possible. */
export function sliceChanges(
  owner: SliceOwner,
  family: AddressFamily,
  groups: ReadonlyMap<string, PortGroup>,
  present: readonly EndpointSlice[],
): SliceChanges {
  const changes: SliceChanges = { create: [], update: [], delete: [] };
  const wanted = groups.size > 0 ? groups : new Map([['', { ports: [], endpoints: [] }]]);
  for (const [key, group] of wanted) {
    const slices = present.filter((slice) => portsKey(slice.ports ?? []) === key);
    fill(owner, family, group, slices, changes);
  }
  // Also one without endpoints says something: that the Service has none.
  changes.delete.push(...present.filter((slice) => !wanted.has(portsKey(slice.ports ?? []))));
  return changes;
}

function fill(
  owner: SliceOwner,
  family: AddressFamily,
  { ports, endpoints }: PortGroup,
  slices: EndpointSlice[],
  changes: SliceChanges,
): void {
  const missing = new Map(endpoints.map((endpoint) => [identity(endpoint), endpoint]));
  const kept = slices.map((slice) => ({ slice, endpoints: takeKnown(slice, missing) }));
  const rest = [...missing.values()];
  // The fullest first: they are topped up, and the emptiest become superfluous.
  kept.sort((a, b) => b.endpoints.length - a.endpoints.length);
  for (const each of kept) each.endpoints.push(...rest.splice(0, MAX_ENDPOINTS - each.endpoints.length));
  for (const [index, { slice, endpoints: now }] of kept.entries()) {
    if (now.length === 0 && index > 0) changes.delete.push(slice);
    else addUpdate(owner, slice, now, changes);
  }
  while (rest.length > 0 || (kept.length === 0 && changes.create.length === 0)) {
    changes.create.push(newSlice(owner, family, ports, rest.splice(0, MAX_ENDPOINTS)));
  }
}

function identity({ targetRef, addresses }: Endpoint): string {
  return targetRef?.uid ?? addresses.join(',');
}

/** The endpoints of a slice that are still wanted, as they are now. */
function takeKnown({ endpoints }: EndpointSlice, missing: Map<string, Endpoint>): Endpoint[] {
  const known: Endpoint[] = [];
  for (const endpoint of endpoints ?? []) {
    const wanted = missing.get(identity(endpoint));
    if (!wanted) continue;
    missing.delete(identity(endpoint));
    known.push(wanted);
  }
  return known;
}

function addUpdate({ labels, annotations }: SliceOwner, slice: EndpointSlice, endpoints: Endpoint[], changes: SliceChanges): void {
  const same =
    semanticallyEqual(endpoints, slice.endpoints) &&
    semanticallyEqual(labels, slice.metadata.labels) &&
    (annotations === undefined || semanticallyEqual(annotations, slice.metadata.annotations));
  if (same) return;
  changes.update.push({ ...slice, metadata: { ...slice.metadata, labels, ...(annotations ? { annotations } : {}) }, endpoints });
}

function newSlice(owner: SliceOwner, family: AddressFamily, ports: EndpointPort[], endpoints: Endpoint[]): EndpointSlice {
  const { name, namespace, labels, annotations, reference } = owner;
  return {
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels,
      ...(annotations ? { annotations } : {}),
      ownerReferences: [reference],
    },
    addressType: family as EndpointSlice['addressType'],
    endpoints,
    ports,
  };
}

/** Slices of a Service have its own labels, and those by which they are found. */
export function ofService(service: Service): SliceOwner {
  const { metadata, spec } = service;
  const { [HEADLESS]: _, ...labels } = metadata.labels ?? {};
  const headless: Record<string, string> = spec?.clusterIP === 'None' ? { [HEADLESS]: '' } : {};
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    labels: { ...labels, ...headless, [SERVICE_NAME]: metadata.name ?? '', [MANAGED_BY]: MANAGER },
    reference: controllerReference(services, service),
  };
}
