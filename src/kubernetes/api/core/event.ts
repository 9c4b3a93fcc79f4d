import { humanSince } from '../../machinery/duration.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, invalidValue, required } from '../../machinery/validation/faults.ts';
import { isDns1123Subdomain, isQualifiedName } from '../../machinery/validation/names.ts';
import { text, wide } from '../columns.ts';
import { type Column, defineResource } from '../define.ts';
import type { Event } from '../generated/core-v1.ts';
import { events as type } from '../resources.ts';
import { ALL_VERBS } from '../verbs.ts';

/** Columns of events in either API group; both groups serve the objects stored here. */
export const eventColumns: readonly Column<Event>[] = [
  text('Last Seen', lastSeen),
  text('Type', (event) => event.type ?? ''),
  text('Reason', ({ reason }) => reason ?? ''),
  text('Object', objectOf),
  wide('Subobject', ({ involvedObject }) => involvedObject?.fieldPath ?? ''),
  wide('Source', sourceOf),
  text('Message', ({ message }) => (message ?? '').trim()),
  wide('First Seen', firstSeen),
  wide('Count', ({ series, count }) => (series ? (series.count ?? 0) : count || 1)),
  { name: 'Name', type: 'string', format: 'name', priority: 1, value: ({ metadata }) => metadata.name ?? '' },
];

export const events = defineResource<Event>({
  ...type,
  singular: 'event',
  shortNames: ['ev'],
  verbs: ALL_VERBS,
  dependents: 'none',
  schema: 'io.k8s.api.core.v1.Event',
  nameRule: 'pathSegment',
  anyFinalizer: true,
  metadataOnUpdate: [],
  rules: (next) => eventRules(next, 'reportingComponent'),
  columns: eventColumns,
  selectableFields: {
    'involvedObject.kind': ({ involvedObject }) => involvedObject?.kind ?? '',
    'involvedObject.namespace': ({ involvedObject }) => involvedObject?.namespace ?? '',
    'involvedObject.name': ({ involvedObject }) => involvedObject?.name ?? '',
    'involvedObject.uid': ({ involvedObject }) => involvedObject?.uid ?? '',
    'involvedObject.apiVersion': ({ involvedObject }) => involvedObject?.apiVersion ?? '',
    'involvedObject.resourceVersion': ({ involvedObject }) => involvedObject?.resourceVersion ?? '',
    'involvedObject.fieldPath': ({ involvedObject }) => involvedObject?.fieldPath ?? '',
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component || reportingComponent || '',
    type: (event) => event.type ?? '',
  },
});

function firstSeen({ firstTimestamp, eventTime }: Event, now: number): string {
  return humanSince(firstTimestamp || eventTime, now);
}

function lastSeen(event: Event, now: number): string {
  if (event.series) return humanSince(event.series.lastObservedTime, now);
  return event.lastTimestamp ? humanSince(event.lastTimestamp, now) : firstSeen(event, now);
}

function objectOf({ involvedObject: { kind = '', name = '' } = {} }: Event): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

function sourceOf({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance || '';
  return instance ? `${component}, ${instance}` : component;
}

const SYSTEM_NAMESPACES = ['default', 'kube-system'];

/** Faults of an event. Those with an `eventTime` follow the stricter rules of the newer API. */
export function* eventRules(event: Event, controllerField: string): Iterable<FieldError> {
  const { involvedObject, metadata, eventTime } = event;
  const about = involvedObject?.namespace ?? '';
  const namespace = metadata.namespace ?? '';
  const allowed = eventTime
    ? about !== '' || SYSTEM_NAMESPACES.includes(namespace)
    : about === ''
      ? namespace === 'default'
      : about === namespace;
  if (!allowed) yield invalidValue('involvedObject.namespace', about, 'does not match event.namespace');
  if (eventTime) yield* reportRules(event, controllerField);
  yield* complaints('namespace', namespace, isDns1123Subdomain(namespace));
}

function* reportRules(event: Event, controllerField: string): Iterable<FieldError> {
  const { reportingComponent = '', reportingInstance = '', action = '', reason = '', message = '' } = event;
  if (!reportingComponent) yield required(controllerField);
  yield* complaints(controllerField, reportingComponent, isQualifiedName(reportingComponent));
  yield* presentAndShort('reportingInstance', reportingInstance);
  yield* presentAndShort('action', action);
  yield* presentAndShort('reason', reason);
  if (message.length > 1024) yield invalidValue('message', '', 'can have at most 1024 characters');
}

function* presentAndShort(field: string, value: string): Iterable<FieldError> {
  if (!value) yield required(field);
  if (value.length > 128) yield invalidValue(field, '', 'can have at most 128 characters');
}
