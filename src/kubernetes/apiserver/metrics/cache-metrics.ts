import type { Registry } from 'prom-client';
import { groupResource } from '../../machinery/resource.ts';
import type { ResourceCache } from '../store/resource-cache.ts';
import type { WatchCache } from '../store/watch-cache.ts';
import { readCounter, readGauge, type Sample } from './read-counter.ts';

const BOTH = ['group', 'resource'];

/** What is kept of every resource, what changed, and how lists were served: counted where it happens, read when somebody asks. */
export function cacheMetrics(registry: Registry, cache: WatchCache): void {
  const each = (value: (one: ResourceCache) => number) => (): Iterable<Sample> =>
    [...cache.all()].map((one) => [labelsOf(one), value(one)] as const);
  const used = (value: (one: ResourceCache) => number) => (): Iterable<Sample> => [...each(value)()].filter(([, count]) => count > 0);
  const indexed = (value: (one: ResourceCache) => number) => (): Iterable<Sample> =>
    [...used(value)()].map(([labels, count]) => [{ ...labels, index: '' }, count] as const);
  const counter = (name: string, help: string, read: () => Iterable<Sample>, labelNames = BOTH) =>
    readCounter(registry, { name: `apiserver_${name}`, help, labelNames }, read);
  const gauge = (name: string, help: string, read: () => Iterable<Sample>) =>
    readGauge(registry, { name: `apiserver_${name}`, help, labelNames: BOTH }, read);

  readGauge(registry, { name: 'apiserver_storage_objects', help: 'Stored objects by resource.', labelNames: ['resource'] }, () =>
    [...cache.all()].map(({ definition, size }) => [{ resource: groupResource(definition) }, size] as const),
  );
  gauge(
    'resource_objects',
    'Stored objects by group and resource.',
    each(({ size }) => size),
  );
  gauge(
    'resource_size_estimate_bytes',
    'How large the stored objects are together.',
    each(({ bytes }) => bytes),
  );
  gauge(
    'watch_cache_resource_version',
    'The version the watch cache shows.',
    each(() => cache.revision),
  );
  counter(
    'init_events_total',
    'Objects that were read when the watch cache was filled.',
    used(({ meter }) => meter.initial),
  );
  counter(
    'watch_cache_initializations_total',
    'How often the watch cache was filled.',
    each(() => 1),
  );
  counter(
    'watch_cache_events_received_total',
    'Changes that came to the watch cache.',
    used(({ meter }) => meter.events),
  );
  counter(
    'watch_cache_events_dispatched_total',
    'Changes that the watch cache told of.',
    used(({ meter }) => meter.events),
  );
  counter(
    'storage_events_received_total',
    'Changes that storage told of.',
    used(({ meter }) => meter.events),
  );
  counter(
    'cache_list_total',
    'Lists served from the watch cache.',
    indexed(({ meter }) => meter.cached.lists),
    [...BOTH, 'index'],
  );
  counter(
    'cache_list_fetched_objects_total',
    'Objects looked at for them.',
    indexed(({ meter }) => meter.cached.fetched),
    [...BOTH, 'index'],
  );
  counter(
    'cache_list_returned_objects_total',
    'Objects shown in them.',
    used(({ meter }) => meter.cached.returned),
  );
  counter(
    'storage_list_total',
    'Lists served from storage.',
    used(({ meter }) => meter.stored.lists),
  );
  counter(
    'storage_list_fetched_objects_total',
    'Objects read for them.',
    used(({ meter }) => meter.stored.fetched),
  );
  counter(
    'storage_list_evaluated_objects_total',
    'Objects compared with selectors for them.',
    used(({ meter }) => meter.stored.evaluated),
  );
  counter(
    'storage_list_returned_objects_total',
    'Objects shown in them.',
    used(({ meter }) => meter.stored.returned),
  );
  counter(
    'watch_cache_consistent_read_total',
    'Reads of the present state from the watch cache.',
    () =>
      [...used(({ meter }) => meter.consistentReads)()].map(([labels, count]) => [
        { ...labels, success: 'true', fallback: 'false' },
        count,
      ]),
    [...BOTH, 'success', 'fallback'],
  );
}

function labelsOf({ definition: { group, plural } }: ResourceCache): Record<string, string> {
  return { group, resource: plural };
}
