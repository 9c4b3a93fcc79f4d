import type { FieldError } from '../../machinery/field-error.ts';
import { signOf } from '../../machinery/quantity.ts';
import { complaints, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label, isPathSegment } from '../../machinery/validation/names.ts';
import type { ContainerResourceMetricSource, MetricIdentifier, MetricSpec, MetricTarget } from '../generated/autoscaling-v2.ts';
import { containerResourceNameRules } from './resource-names.ts';
import { type ReferenceOptions, referenceRules } from './scaling-references.ts';

const TYPES = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const TARGET_TYPES = ['Utilization', 'Value', 'AverageValue'];
/** In the order in which upstream looks for them: only the first one present is looked into. */
const SOURCES = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;

/** Faults of one metric of an autoscaler. */
export function* metricRules(metric: MetricSpec, path: string, objects: ReferenceOptions): Iterable<FieldError> {
  const { type = '' } = metric;
  const known = TYPES.includes(type);
  if (!type) yield required(`${path}.type`, 'must specify a metric source type');
  if (!known) yield notSupported(`${path}.type`, type, TYPES);
  const present = SOURCES.filter((source) => metric[source] !== undefined);
  if (present[0]) yield* sourceRules(metric, present[0], `${path}.${present[0]}`, objects);
  const expected = known ? `${type[0]?.toLowerCase()}${type.slice(1)}` : '';
  // Said a second time, where upstream looks up the field that belongs to the type.
  if (!known) yield notSupported(`${path}.type`, type, TYPES);
  else if (!present.some((source) => source === expected))
    yield required(`${path}.${expected}`, 'must populate information for the given metric source');
  if (present.length === 1) return;
  for (const source of present)
    if (source !== expected) yield forbiddenField(`${path}.${source}`, 'must populate the given metric source only');
}

function* sourceRules(metric: MetricSpec, source: (typeof SOURCES)[number], path: string, objects: ReferenceOptions): Iterable<FieldError> {
  const { object, external, pods, resource, containerResource } = metric;
  const target = metric[source]?.target ?? ({} as MetricTarget);
  switch (source) {
    case 'object':
      yield* referenceRules(object?.describedObject, `${path}.describedObject`, objects);
      yield* identifierRules(object?.metric, `${path}.metric`);
      yield* targetRules(target, `${path}.target`);
      if (target.value === undefined && target.averageValue === undefined)
        yield required(`${path}.target.averageValue`, 'must set either a target value or averageValue');
      return;
    case 'external':
      yield* identifierRules(external?.metric, `${path}.metric`);
      yield* targetRules(target, `${path}.target`);
      yield* oneOfWholeAndAverage(target, `${path}.target`);
      return;
    case 'pods':
      yield* identifierRules(pods?.metric, `${path}.metric`);
      yield* targetRules(target, `${path}.target`);
      if (target.averageValue === undefined) yield required(`${path}.target.averageValue`, 'must specify a positive target averageValue');
      return;
    case 'resource':
      if (!resource?.name) yield required(`${path}.name`, 'must specify a resource name');
      break;
    case 'containerResource':
      yield* containerRules(containerResource, path);
  }
  yield* targetRules(target, `${path}.target`);
  yield* oneOfAverageAndUtilization(target, `${path}.target`);
}

function* containerRules({ name = '', container = '' }: Partial<ContainerResourceMetricSource> = {}, path: string): Iterable<FieldError> {
  if (!name) yield required(`${path}.name`, 'must specify a resource name');
  else yield* containerResourceNameRules(name, `${path}.name`);
  if (!container) yield required(`${path}.container`, 'must specify a container');
  else yield* complaints(`${path}.container`, container, isDns1123Label(container));
}

function* identifierRules(metric: MetricIdentifier | undefined, path: string): Iterable<FieldError> {
  const { name = '' } = metric ?? {};
  if (!name) yield required(`${path}.name`, 'must specify a metric name');
  else yield* complaints(`${path}.name`, name, isPathSegment(name));
}

function* targetRules({ type = '', value, averageValue, averageUtilization }: MetricTarget, path: string): Iterable<FieldError> {
  if (!type) yield required(`${path}.type`, 'must specify a metric target type');
  if (!TARGET_TYPES.includes(type)) yield invalidValue(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue');
  if (value !== undefined && signOf(value) !== 1) yield invalidValue(`${path}.value`, value, 'must be positive');
  if (averageValue !== undefined && signOf(averageValue) !== 1)
    yield invalidValue(`${path}.averageValue`, averageValue, 'must be positive');
  if (averageUtilization !== undefined && averageUtilization < 1)
    yield invalidValue(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0');
}

function* oneOfWholeAndAverage({ value, averageValue }: MetricTarget, path: string): Iterable<FieldError> {
  if (value === undefined && averageValue === undefined)
    yield required(`${path}.averageValue`, 'must set either a target value for metric or a per-pod target');
  if (value !== undefined && averageValue !== undefined)
    yield forbiddenField(`${path}.value`, 'may not set both a target value for metric and a per-pod target');
}

function* oneOfAverageAndUtilization({ averageValue, averageUtilization }: MetricTarget, path: string): Iterable<FieldError> {
  if (averageUtilization === undefined && averageValue === undefined)
    yield required(`${path}.averageUtilization`, 'must set either a target raw value or a target utilization');
  if (averageUtilization !== undefined && averageValue !== undefined)
    yield forbiddenField(`${path}.averageValue`, 'may not set both a target raw value and a target utilization');
}
