import type { EndpointSlice } from '../../api/generated/discovery-v1.ts';
import { endpointSlices, endpoints, services } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { AddressFamily } from '../endpointslice/slices.ts';
import { MANAGED_BY, SERVICE_NAME, sliceChanges } from '../endpointslice/slices.ts';
import { writeSlices } from '../endpointslice/write-slices.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { groupsOf, MIRROR, ofEndpoints, wantsMirror } from './mirrored.ts';

const BY_SERVICE = 'mirrored service';
const FAMILIES: readonly AddressFamily[] = ['IPv4', 'IPv6'];

/** Copies Endpoints that people write by hand into EndpointSlices, the only thing that proxies and DNS read. */
export const endpointSliceMirroringController = defineController({
  name: 'endpointslicemirroring',
  eventSource: 'endpoint-slice-mirroring-controller',
  primary: endpoints,
  watches: [
    watchOf(services, ({ next, previous }) => [keyOf((next ?? previous) as never)]),
    watchOf(endpointSlices, ({ next, previous }) => serviceOf((next ?? previous) as EndpointSlice)),
  ],
  prepare(cache) {
    cache.informer(endpointSlices).addIndex(BY_SERVICE, serviceOf);
  },

  async reconcile(key, context, signal) {
    const { cache } = context;
    const present = cache.byIndex(endpointSlices, BY_SERVICE, key);
    const mirrored = cache.get(endpoints, key);
    const service = cache.get(services, key);
    if (!mirrored || mirrored.metadata.deletionTimestamp || !service || !wantsMirror(mirrored)) {
      await writeSlices({ create: [], update: [], delete: present }, context, signal);
      return done;
    }
    // Those of a Service with a selector are the endpoint controller's, and have slices of their own.
    if (service.spec?.selector) return done;
    for (const family of FAMILIES) {
      const groups = groupsOf(mirrored, family);
      const slices = present.filter(({ addressType }) => (addressType as string) === family);
      const changes =
        groups.size > 0 ? sliceChanges(ofEndpoints(mirrored), family, groups, slices) : { create: [], update: [], delete: slices };
      await writeSlices(changes, context, signal);
    }
    return done;
  },
});

function serviceOf({ metadata }: EndpointSlice): string[] {
  const name = metadata.labels?.[MANAGED_BY] === MIRROR && metadata.labels[SERVICE_NAME];
  return name ? [keyOf({ metadata: { namespace: metadata.namespace, name } })] : [];
}
