import type { Event } from '../../kubernetes/api/generated/core-v1.ts';
import { type Standing, standing } from './standing.ts';

/** When an event last happened; writers of the old and the new kind put it in different fields. */
export function eventTime(event: Event): string | undefined {
  return event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? undefined;
}

export function eventCount(event: Event): number {
  return event.series?.count ?? event.count ?? 1;
}

export function eventStanding(event: Event): Standing {
  return event.type === 'Warning' ? standing('bad', 'Warning') : standing('done', event.type || 'Normal');
}

/** What happened to one object, latest first. */
export function eventsOf(
  events: readonly Event[],
  object: { kind?: string; metadata: { uid?: string; name?: string; namespace?: string } },
): Event[] {
  const { uid, name } = object.metadata;
  // Node events carry the node's name as uid, as kubelets have always written them.
  const mine = events.filter(
    ({ involvedObject }) =>
      involvedObject.uid === uid || (object.kind === 'Node' && involvedObject.kind === 'Node' && involvedObject.name === name),
  );
  return mine.sort((a, b) => (eventTime(b) ?? '').localeCompare(eventTime(a) ?? ''));
}
