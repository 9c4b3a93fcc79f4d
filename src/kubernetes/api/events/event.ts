import type { KubeObject } from '../../machinery/meta.ts';
import { events as coreEvents, eventColumns, eventRules } from '../core/event.ts';
import { defineResource } from '../define.ts';
import type { Event as CoreEvent } from '../generated/core-v1.ts';
import type { Event } from '../generated/events-v1.ts';
import { eventsV1 as type } from '../resources.ts';
import { ALL_VERBS } from '../verbs.ts';

/** The newer shape of events: other names for the fields of core's, which is how they are stored. */
export const events = defineResource<Event>({
  ...type,
  singular: 'event',
  shortNames: ['ev'],
  verbs: ALL_VERBS,
  dependents: 'none',
  schema: 'io.k8s.api.events.v1.Event',
  nameRule: 'pathSegment',
  anyFinalizer: true,
  metadataOnUpdate: [],
  rules: (next) => eventRules(toCore(next), 'reportingController'),
  columns: eventColumns.map((column) => ({ ...column, value: (event: Event, now: number) => column.value(toCore(event), now) })),
  selectableFields: {
    'involvedObject.kind': ({ regarding }) => regarding?.kind ?? '',
    'involvedObject.namespace': ({ regarding }) => regarding?.namespace ?? '',
    'involvedObject.name': ({ regarding }) => regarding?.name ?? '',
    'involvedObject.uid': ({ regarding }) => regarding?.uid ?? '',
    'involvedObject.apiVersion': ({ regarding }) => regarding?.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ regarding }) => regarding?.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ regarding }) => regarding?.fieldPath ?? '',
    'regarding.kind': ({ regarding }) => regarding?.kind ?? '',
    'regarding.namespace': ({ regarding }) => regarding?.namespace ?? '',
    'regarding.name': ({ regarding }) => regarding?.name ?? '',
    'regarding.uid': ({ regarding }) => regarding?.uid ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingController: ({ reportingController }) => reportingController ?? '',
    type: (event) => event.type ?? '',
  },
  storedAs: {
    definition: coreEvents as never,
    toStored: toCore as (event: Event) => KubeObject,
    fromStored: (event) => fromCore(event as CoreEvent),
  },
});

function toCore({
  regarding,
  note,
  deprecatedSource,
  deprecatedFirstTimestamp,
  deprecatedLastTimestamp,
  deprecatedCount,
  reportingController,
  ...same
}: Event): CoreEvent {
  return withoutAbsent({
    ...same,
    involvedObject: regarding ?? {},
    message: note,
    source: deprecatedSource ?? {},
    firstTimestamp: deprecatedFirstTimestamp ?? null,
    lastTimestamp: deprecatedLastTimestamp ?? null,
    count: deprecatedCount,
    eventTime: same.eventTime ?? null,
    reportingComponent: reportingController ?? '',
    reportingInstance: same.reportingInstance ?? '',
  }) as unknown as CoreEvent;
}

function fromCore({
  involvedObject,
  message,
  source,
  firstTimestamp,
  lastTimestamp,
  count,
  reportingComponent,
  ...same
}: CoreEvent): Event {
  return withoutAbsent({
    ...same,
    regarding: involvedObject,
    note: message,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
    eventTime: same.eventTime ?? null,
    reportingController: reportingComponent || undefined,
    reportingInstance: same.reportingInstance || undefined,
  }) as unknown as Event;
}

function withoutAbsent(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
