import type { Pod, Service } from '../../api/generated/core-v1.ts';
import type { EndpointSlice } from '../../api/generated/discovery-v1.ts';
import { endpointSlices, nodes, pods, services } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { Cache } from '../framework/cache.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { addressesOf, endpointOf, isEndpoint } from './endpoint.ts';
import { endpointPorts, portsKey } from './ports.ts';
import { selects, servicesConcerned } from './selecting-services.ts';
import type { AddressFamily, PortGroup } from './slices.ts';
import { MANAGED_BY, MANAGER, ofService, SERVICE_NAME, sliceChanges } from './slices.ts';
import { writeSlices } from './write-slices.ts';

const BY_SERVICE = 'service';

/** Says in EndpointSlices which pods serve a Service, where, and whether they are ready. */
export const endpointSliceController = defineController({
  name: 'endpointslice',
  eventSource: 'endpoint-slice-controller',
  primary: services,
  watches: [
    watchOf(pods, servicesConcerned),
    // Only what we did not do ourselves can be news: a slice that someone deleted or changed.
    watchOf(endpointSlices, ({ next, previous }) =>
      ((next ?? previous) as EndpointSlice).metadata.labels?.[MANAGED_BY] === MANAGER ? serviceOf((next ?? previous) as EndpointSlice) : [],
    ),
  ],
  needs: [nodes],
  prepare(cache) {
    cache
      .informer(endpointSlices)
      .addIndex(BY_SERVICE, (slice) => (slice.metadata.labels?.[MANAGED_BY] === MANAGER ? serviceOf(slice) : []));
  },

  async reconcile(key, context, signal) {
    const { cache } = context;
    const service = cache.get(services, key);
    const present = cache.byIndex(endpointSlices, BY_SERVICE, key);
    if (!service?.spec?.selector || service.metadata.deletionTimestamp) {
      if (!service) await writeSlices({ create: [], update: [], delete: present }, context, signal);
      return done;
    }
    const selected = cache.list(pods, service.metadata.namespace).filter((pod) => selects(service, pod) && isEndpoint(pod));
    for (const family of familiesOf(service)) {
      const groups = groupsOf(service, family, selected, cache);
      const slices = present.filter(({ addressType }) => (addressType as string) === family);
      await writeSlices(sliceChanges(ofService(service), family, groups, slices), context, signal);
    }
    const families = new Set<string>(familiesOf(service));
    await writeSlices({ create: [], update: [], delete: present.filter(({ addressType }) => !families.has(addressType)) }, context, signal);
    return done;
  },
});

function serviceOf({ metadata }: EndpointSlice): string[] {
  const name = metadata.labels?.[SERVICE_NAME];
  return name ? [keyOf({ metadata: { namespace: metadata.namespace, name } })] : [];
}

function familiesOf({ spec }: Service): AddressFamily[] {
  return spec?.ipFamilies?.length ? (spec.ipFamilies as AddressFamily[]) : ['IPv4'];
}

function groupsOf(service: Service, family: AddressFamily, selected: readonly Pod[], cache: Cache): Map<string, PortGroup> {
  const groups = new Map<string, PortGroup>();
  for (const pod of selected) {
    const addresses = addressesOf(pod, family);
    const ports = endpointPorts(service, pod);
    // A Service with ports of which the pod has none cannot be served by it.
    if (addresses.length === 0 || (ports.length === 0 && (service.spec?.ports?.length ?? 0) > 0)) continue;
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: [] };
    group.endpoints.push(endpointOf(pod, service, cache.get(nodes, pod.spec.nodeName ?? ''), addresses));
    groups.set(key, group);
  }
  return groups;
}
