import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from '../../api/generated/autoscaling-v2.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { quantityMilliValue, quantityOfMilli } from '../../machinery/quantity.ts';
import { externalValue, objectValue, podSamples } from './custom-metrics.ts';
import type { DiscoveredKinds } from './discovered-kinds.ts';
import { byAverage, byShare, byUtilization, byWhole, type Situation } from './replicas.ts';
import { resourceSamples } from './resource-metrics.ts';
import { MetricError } from './samples.ts';
import { selectorText } from './selector-text.ts';

/** What one metric asks for. */
export interface Proposal {
  readonly replicas: number;
  /** The metric as people know it, `cpu resource utilization (percentage of request)`. */
  readonly metric: string;
  readonly status: MetricStatus;
}

/** Where metrics come from, and of which pods. */
export interface MetricSource {
  readonly namespace: string;
  /** The target's, as text. */
  readonly selector: string;
  readonly kinds: DiscoveredKinds;
  readonly api: ApiClient;
  readonly situation: Situation;
}

/** A metric could not be had: the reason of events and of the condition, and what to say of it in the sum of all. */
export class ProposalError extends Error {
  override readonly name = 'ProposalError';
  readonly reason: string;
  readonly summary: string;

  constructor(reason: string, summary: string, cause: Error) {
    super(cause.message, { cause });
    this.reason = reason;
    this.summary = summary;
  }
}

interface Kind {
  readonly reason: string;
  summary(spec: MetricSpec): string;
  propose(spec: MetricSpec, source: MetricSource, signal: AbortSignal): Promise<Proposal>;
}

/** How many replicas a metric asks for; throws {@link ProposalError}. */
export async function propose(spec: MetricSpec, source: MetricSource, signal: AbortSignal): Promise<Proposal> {
  const kind = Object.hasOwn(KINDS, spec.type) ? KINDS[spec.type] : undefined;
  if (!kind) {
    const error = new MetricError(`unknown metric source type ${JSON.stringify(spec.type)}`);
    throw new ProposalError('InvalidMetricSourceType', error.message, error);
  }
  try {
    return await kind.propose(spec, source, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ProposalError(kind.reason, `${kind.summary(spec)}: ${(error as Error).message}`, error as Error);
  }
}

const KINDS: Readonly<Record<string, Kind>> = {
  Resource: {
    reason: 'FailedGetResourceMetric',
    summary: ({ resource }) => `failed to get ${resource?.name} resource metric value`,
    propose: async ({ resource: { name, target } = required('resource') }, source, signal) => {
      const { metric, replicas, current } = await ofResource({ resource: name, target }, source, signal);
      return { replicas, metric, status: { type: 'Resource', resource: { name, current } } };
    },
  },
  ContainerResource: {
    reason: 'FailedGetContainerResourceMetric',
    summary: ({ containerResource }) => `failed to get ${containerResource?.name} container metric value`,
    propose: async ({ containerResource: { name, container, target } = required('containerResource') }, source, signal) => {
      const { metric, replicas, current } = await ofResource({ resource: name, container, target }, source, signal);
      return { replicas, metric, status: { type: 'ContainerResource', containerResource: { name, container, current } } };
    },
  },
  Pods: {
    reason: 'FailedGetPodsMetric',
    summary: () => 'failed to get pods metric value',
    propose: async ({ pods: { metric, target } = required('pods') }, source, signal) => {
      const { namespace, selector, api, situation } = source;
      const samples = await saying(`unable to get metric ${metric.name}`, podSamples({ namespace, selector, metric }, api, signal));
      const { replicas, average } = byAverage(samples, { target: averageOf(target) }, situation);
      const status = { type: 'Pods', pods: { metric, current: { averageValue: quantityOfMilli(average) } } };
      return { replicas, metric: `pods metric ${metric.name}`, status };
    },
  },
  Object: {
    reason: 'FailedGetObjectMetric',
    summary: () => 'failed to get object metric value',
    propose: async ({ object: { describedObject, metric, target } = required('object') }, source, signal) => {
      const { namespace, kinds, api, situation } = source;
      const what = `unable to get metric ${metric.name}: ${describedObject.kind} on ${namespace} ${describedObject.name}/`;
      const usage = await saying(what, objectValue({ namespace, object: describedObject, metric }, kinds, api, signal), '');
      const { replicas, current } = ofWhole('object', usage, target, situation);
      const whole = current.value !== undefined;
      return {
        replicas,
        metric: whole
          ? `${describedObject.kind} metric ${metric.name}`
          : `external metric ${metric.name}(${selectorText(metric.selector)})`,
        status: { type: 'Object', object: { metric, current, describedObject } },
      };
    },
  },
  External: {
    reason: 'FailedGetExternalMetric',
    summary: ({ external }) => `failed to get ${external?.metric.name} external metric value`,
    propose: async ({ external: { metric, target } = required('external') }, source, signal) => {
      const { namespace, api, situation } = source;
      const labels = selectorText(metric.selector);
      const what = `unable to get external metric ${namespace}/${metric.name}/${labels}`;
      const usage = await saying(what, externalValue(namespace, metric, api, signal));
      const { replicas, current } = ofWhole('external', usage, target, situation);
      return { replicas, metric: `external metric ${metric.name}(${labels})`, status: { type: 'External', external: { metric, current } } };
    },
  },
};

async function ofResource(
  { resource, container = '', target }: { resource: string; container?: string; target: MetricTarget },
  { namespace, selector, api, situation }: MetricSource,
  signal: AbortSignal,
): Promise<{ replicas: number; metric: string; current: MetricValueStatus }> {
  const samples = () =>
    saying(`unable to get metrics for resource ${resource}`, resourceSamples({ namespace, selector, resource, container }, api, signal));
  const { averageUtilization } = target;
  if (target.averageValue !== undefined) {
    const usage = async () => byAverage(await samples(), { resource, target: averageOf(target) }, situation);
    const { replicas, average } = await saying(`failed to get ${resource} usage`, usage());
    return { replicas, metric: `${resource} resource`, current: { averageValue: quantityOfMilli(average) } };
  }
  if (averageUtilization === undefined)
    throw new MetricError(
      'invalid resource metric source: neither an average utilization target nor an average value (usage) target was set',
    );
  const usage = async () => byUtilization(await samples(), { resource, container, target: averageUtilization }, situation);
  const { replicas, utilization, average } = await saying(`failed to get ${resource} utilization`, usage());
  return {
    replicas,
    metric: `${resource} ${container ? 'container resource' : 'resource'} utilization (percentage of request)`,
    current: { averageUtilization: utilization, averageValue: quantityOfMilli(average) },
  };
}

function ofWhole(
  source: string,
  usage: number,
  target: MetricTarget,
  situation: Situation,
): { replicas: number; current: MetricValueStatus } {
  if (target.averageValue !== undefined) {
    const { replicas, average } = byShare(usage, averageOf(target), situation);
    return { replicas, current: { averageValue: quantityOfMilli(average) } };
  }
  if (target.value === undefined)
    throw new MetricError(`invalid ${source} metric source: neither a value target nor an average value target was set`);
  return { replicas: byWhole(usage, quantityMilliValue(target.value), situation), current: { value: quantityOfMilli(usage) } };
}

const averageOf = ({ averageValue = '0' }: MetricTarget): number => quantityMilliValue(averageValue);

function required(field: string): never {
  throw new MetricError(`the metric has no field ${field}`);
}

/** The outcome, or its failure with what was being done. */
async function saying<T>(what: string, outcome: Promise<T>, separator = ': '): Promise<T> {
  try {
    return await outcome;
  } catch (error) {
    throw new MetricError(`${what}${separator}${(error as Error).message}`, { cause: error });
  }
}
