import type { ResourceDefinition } from '../../api/define.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import { FieldSelectorError, type FieldTerm, matchesFields, parseFieldSelector } from '../../machinery/field-selectors.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { parseSelector, type Selector, SelectorError } from '../../machinery/selectors.ts';
import { badRequest } from '../../machinery/status.ts';
import { forbiddenField, notSupported } from '../../machinery/validation/faults.ts';
import { booleanOf, integerOf, rejectOptions } from './query.ts';

/** What a list, watch or deletecollection asks for. */
export interface ListQuery {
  readonly match: Matcher | undefined;
  readonly limit: number;
  readonly continue: string;
  /** As given; empty when absent. */
  readonly resourceVersion: string;
  readonly resourceVersionMatch: string;
  readonly timeoutSeconds: number | undefined;
  readonly allowWatchBookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
}

/** Selects objects; undefined stands for all of them. */
export type Matcher = (object: KubeObject) => boolean;

export function parseListQuery(definition: ResourceDefinition, query: URLSearchParams, watch: boolean): ListQuery {
  const options: ListQuery = {
    match: matcherOf(definition, query),
    limit: Math.max(0, integerOf(query, 'limit') ?? 0),
    continue: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
    timeoutSeconds: integerOf(query, 'timeoutSeconds'),
    allowWatchBookmarks: booleanOf(query, 'allowWatchBookmarks') ?? false,
    sendInitialEvents: booleanOf(query, 'sendInitialEvents'),
  };
  rejectOptions('ListOptions', [...(watch ? watchFaults(options) : listFaults(options))]);
  return options;
}

function* listFaults(options: ListQuery): Iterable<FieldError> {
  const { resourceVersionMatch: match, resourceVersion } = options;
  if (match !== '') {
    if (resourceVersion === '')
      yield forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided');
    if (options.continue !== '')
      yield forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided');
    if (match !== 'Exact' && match !== 'NotOlderThan') yield notSupported('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']);
    if (match === 'Exact' && resourceVersion === '0') {
      yield forbiddenField('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
  }
  if (options.sendInitialEvents !== undefined) yield forbiddenField('sendInitialEvents', 'sendInitialEvents is forbidden for list');
}

function* watchFaults(options: ListQuery): Iterable<FieldError> {
  const { resourceVersionMatch: match } = options;
  if (options.sendInitialEvents === undefined) {
    if (match !== '')
      yield forbiddenField('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
    return;
  }
  if (match !== 'NotOlderThan')
    yield forbiddenField('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
}

function matcherOf(definition: ResourceDefinition, query: URLSearchParams): Matcher | undefined {
  const labels = labelSelectorOf(query.get('labelSelector') ?? '');
  const fields = fieldTermsOf(definition, query.get('fieldSelector') ?? '');
  if (labels.empty && fields.length === 0) return undefined;
  if (fields.length === 0) return (object) => labels.matches(object.metadata.labels);
  return (object) => labels.matches(object.metadata.labels) && matchesFields(fields, (field) => readField(definition, object, field));
}

function labelSelectorOf(text: string): Selector {
  try {
    return parseSelector(text);
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

function fieldTermsOf(definition: ResourceDefinition, text: string): FieldTerm[] {
  try {
    const terms = parseFieldSelector(text);
    for (const { field } of terms) if (!isSelectable(definition, field)) throw badRequest(`field label not supported: ${field}`);
    return terms;
  } catch (error) {
    if (error instanceof FieldSelectorError) throw badRequest(error.message);
    throw error;
  }
}

function isSelectable(definition: ResourceDefinition, field: string): boolean {
  return field === 'metadata.name' || field === 'metadata.namespace' || Object.hasOwn(definition.selectableFields ?? {}, field);
}

function readField(definition: ResourceDefinition, object: KubeObject, field: string): string {
  if (field === 'metadata.name') return object.metadata.name ?? '';
  if (field === 'metadata.namespace') return object.metadata.namespace ?? '';
  return definition.selectableFields?.[field]?.(object) ?? '';
}
