import type { EndpointAddress, EndpointPort, EndpointSubset, Endpoints, Pod, Service } from '../../api/generated/core-v1.ts';
import { isReady, isTerminating } from '../../api/helpers/pods.ts';
import { endpoints, pods, services } from '../../api/resources.ts';
import { splitKey } from '../../machinery/meta.ts';
import { isNotFound } from '../../machinery/status.ts';
import { addressesOf, isEndpoint } from '../endpointslice/endpoint.ts';
import { endpointPorts, portsKey } from '../endpointslice/ports.ts';
import { selects, servicesConcerned } from '../endpointslice/selecting-services.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';

const HEADLESS = 'service.kubernetes.io/headless';
const MANAGED_BY = { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' };
/** More would make an object that nobody wants to be sent at every change; EndpointSlices have them all. */
const MAX_ADDRESSES = 1000;
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

/** Says in an Endpoints object, for clients of the old kind, which pods serve a Service. */
export const endpointsController = defineController({
  name: 'endpoint',
  primary: services,
  watches: [
    watchOf(pods, servicesConcerned),
    watchOf(endpoints, ({ next, previous }, cache) => {
      const { namespace, name } = (next ?? previous)?.metadata ?? {};
      const key = `${namespace}/${name}`;
      return cache.get(services, key)?.spec.selector ? [key] : [];
    }),
  ],

  async reconcile(key, { cache, api }, signal) {
    const service = cache.get(services, key);
    const present = cache.get(endpoints, key);
    if (!service) {
      if (present) await removed(api.delete(endpoints, splitKey(key), {}, signal));
      return done;
    }
    if (!service.spec.selector || service.spec.type === 'ExternalName') return done;
    const wanted = endpointsOf(
      service,
      cache.list(pods, service.metadata.namespace).filter((pod) => selects(service, pod)),
      present,
    );
    if (!present) await api.create(endpoints, wanted, {}, signal);
    else if (!same(present, wanted)) await api.update(endpoints, wanted, {}, signal);
    return done;
  },
});

async function removed(deletion: Promise<unknown>): Promise<void> {
  await deletion.catch((error) => {
    if (!isNotFound(error)) throw error;
  });
}

function same(present: Endpoints, wanted: Endpoints): boolean {
  return (
    semanticallyEqual(present.subsets, wanted.subsets) &&
    semanticallyEqual(present.metadata.labels, wanted.metadata.labels) &&
    semanticallyEqual(present.metadata.annotations, wanted.metadata.annotations)
  );
}

function endpointsOf(service: Service, selected: readonly Pod[], present: Endpoints | undefined): Endpoints {
  const { namespace, name, labels = {} } = service.metadata;
  const { [HEADLESS]: _, ...own } = labels;
  const headless: Record<string, string> = service.spec.clusterIP === 'None' ? { [HEADLESS]: '' } : {};
  const { [OVER_CAPACITY]: __, ...annotations } = present?.metadata.annotations ?? {};
  const { subsets, truncated } = withinCapacity(subsetsOf(service, selected));
  return {
    ...present,
    metadata: {
      ...present?.metadata,
      namespace,
      name,
      labels: { ...own, ...headless, ...MANAGED_BY },
      annotations: truncated ? { ...annotations, [OVER_CAPACITY]: 'truncated' } : annotations,
    },
    subsets,
  };
}

function subsetsOf(service: Service, selected: readonly Pod[]): EndpointSubset[] {
  const family = service.spec.ipFamilies?.[0] === 'IPv6' ? 'IPv6' : 'IPv4';
  const groups = new Map<string, { ready: EndpointAddress[]; notReady: EndpointAddress[]; ports: EndpointPort[] }>();
  for (const pod of selected.filter(isEndpoint)) {
    const publishAnyway = service.spec.publishNotReadyAddresses ?? false;
    const [ip] = addressesOf(pod, family);
    const ports = endpointPorts(service, pod) as EndpointPort[];
    if (!ip || (isTerminating(pod) && !publishAnyway) || (ports.length === 0 && service.spec.ports?.length)) continue;
    const group = groups.get(portsKey(ports)) ?? { ready: [], notReady: [], ports };
    (publishAnyway || isReady(pod) ? group.ready : group.notReady).push(addressOf(pod, ip, service));
    groups.set(portsKey(ports), group);
  }
  const keys = [...groups.keys()].sort();
  return keys.map((key) => subsetOf(groups.get(key) as never));
}

function subsetOf({
  ready,
  notReady,
  ports,
}: {
  ready: EndpointAddress[];
  notReady: EndpointAddress[];
  ports: EndpointPort[];
}): EndpointSubset {
  const byAddress = (a: EndpointAddress, b: EndpointAddress) => (a.ip < b.ip ? -1 : 1);
  return {
    ...(ready.length > 0 ? { addresses: ready.sort(byAddress) } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady.sort(byAddress) } : {}),
    ports: ports.map(withoutEmptyName),
  };
}

function withoutEmptyName({ name, ...port }: EndpointPort): EndpointPort {
  return name ? { name, ...port } : port;
}

function addressOf({ metadata, spec }: Pod, ip: string, service: Service): EndpointAddress {
  const { namespace, name, uid } = metadata;
  return {
    ip,
    ...(spec.hostname && spec.subdomain === service.metadata.name ? { hostname: spec.hostname } : {}),
    ...(spec.nodeName ? { nodeName: spec.nodeName } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

/** Ready addresses are kept before others. */
function withinCapacity(subsets: EndpointSubset[]): { subsets: EndpointSubset[]; truncated: boolean } {
  const count = (field: 'addresses' | 'notReadyAddresses') => subsets.reduce((sum, subset) => sum + (subset[field]?.length ?? 0), 0);
  if (count('addresses') + count('notReadyAddresses') <= MAX_ADDRESSES) return { subsets, truncated: false };
  let ready = MAX_ADDRESSES;
  let notReady = Math.max(MAX_ADDRESSES - count('addresses'), 0);
  const cut = subsets.map((subset) => {
    const addresses = subset.addresses?.slice(0, ready);
    const notReadyAddresses = subset.notReadyAddresses?.slice(0, notReady);
    ready -= addresses?.length ?? 0;
    notReady -= notReadyAddresses?.length ?? 0;
    return { ...subset, addresses, notReadyAddresses };
  });
  return { subsets: cut, truncated: true };
}
