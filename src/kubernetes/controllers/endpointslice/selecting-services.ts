import type { Pod, Service } from '../../api/generated/core-v1.ts';
import { isReady } from '../../api/helpers/pods.ts';
import { services } from '../../api/resources.ts';
import type { Change } from '../../client/informer.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { Cache } from '../framework/cache.ts';
import { semanticallyEqual } from '../framework/equal.ts';

/** The Services whose endpoints a change of a pod concerns. */
export function* servicesConcerned({ next, previous }: Change<Pod>, cache: Cache): Iterable<string> {
  if (next && previous && !changesEndpoint(next, previous)) return;
  const namespace = (next ?? previous)?.metadata.namespace;
  for (const service of cache.list(services, namespace)) {
    if ((next && selects(service, next)) || (previous && selects(service, previous))) yield keyOf(service);
  }
}

/** Without a selector somebody else looks after the endpoints. */
export function selects({ spec }: Service, { metadata }: Pod): boolean {
  if (!spec?.selector || spec.type === 'ExternalName') return false;
  for (const key in spec.selector) if (metadata.labels?.[key] !== spec.selector[key]) return false;
  return true;
}

function changesEndpoint(next: Pod, previous: Pod): boolean {
  return (
    isReady(next) !== isReady(previous) ||
    next.status?.phase !== previous.status?.phase ||
    next.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
    next.metadata.uid !== previous.metadata.uid ||
    next.spec.nodeName !== previous.spec.nodeName ||
    !semanticallyEqual(next.status?.podIPs, previous.status?.podIPs) ||
    !semanticallyEqual(next.metadata.labels, previous.metadata.labels)
  );
}
