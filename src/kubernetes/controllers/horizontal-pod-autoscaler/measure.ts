import type { Scale } from '../../api/generated/autoscaling-v1.ts';
import type { HorizontalPodAutoscaler, HPAScalingRules, MetricStatus } from '../../api/generated/autoscaling-v2.ts';
import { pods } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import { scaledValue } from '../../machinery/quantity.ts';
import { parseSelector, type Selector } from '../../machinery/selectors.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { DiscoveredKinds } from './discovered-kinds.ts';
import { type MetricSource, type Proposal, ProposalError, propose } from './proposals.ts';
import type { Tolerances } from './replicas.ts';
import type { SelectorsInUse } from './selectors-in-use.ts';

/** How far use may be from its target for autoscalers that say nothing about it. */
const TOLERANCE = 0.1;

/** What the metrics of an autoscaler ask for: the most that any of them does. */
export interface Measured {
  readonly replicas: number;
  readonly metric: string;
  readonly statuses: MetricStatus[];
}

/** The metrics of an autoscaler say nothing: the condition ScalingActive's reason and words, and those of the event. */
export class MeasureError extends Error {
  override readonly name = 'MeasureError';
  readonly reason: string;
  readonly condition: string;

  constructor(reason: string, condition: string, message: string) {
    super(message);
    this.reason = reason;
    this.condition = condition;
  }
}

interface Means {
  readonly kinds: DiscoveredKinds;
  readonly selectors: SelectorsInUse;
  readonly context: ControllerContext;
  readonly now: number;
}

/** Asks every metric; throws {@link MeasureError} where none answers, or where one that does not may be the highest. */
export async function measure(autoscaler: HorizontalPodAutoscaler, scale: Scale, means: Means, signal: AbortSignal): Promise<Measured> {
  const { context, kinds } = means;
  const { namespace = '' } = autoscaler.metadata;
  const selector = selectorOf(autoscaler, scale, means);
  const wanted = scale.spec.replicas ?? 0;
  const source: MetricSource = {
    namespace,
    selector: selector.toString(),
    kinds,
    api: context.api,
    situation: {
      pods: context.cache.list(pods, namespace).filter(({ metadata }) => selector.matches(metadata.labels)),
      wanted,
      present: scale.status?.replicas ?? 0,
      tolerances: tolerancesOf(autoscaler),
      now: means.now,
    },
  };
  const specs = autoscaler.spec.metrics ?? [];
  const outcomes: (Proposal | ProposalError)[] = [];
  for (const spec of specs) {
    const outcome = await propose(spec, source, signal).catch(asProposalError);
    if (outcome instanceof ProposalError) context.events.warning(autoscaler, outcome.reason, outcome.message);
    outcomes.push(outcome);
  }
  return highest(outcomes, wanted);
}

function asProposalError(error: unknown): ProposalError {
  if (error instanceof ProposalError) return error;
  throw error;
}

function highest(outcomes: readonly (Proposal | ProposalError)[], wanted: number): Measured {
  const failures = outcomes.filter((outcome) => outcome instanceof ProposalError);
  let best: Proposal | undefined;
  for (const outcome of outcomes) {
    if (!(outcome instanceof ProposalError) && (!best || outcome.replicas > best.replicas)) best = outcome;
  }
  const [first] = failures;
  // Whether to scale down only all metrics together can say.
  if (first && (!best || best.replicas < wanted)) {
    const count = `${failures.length} invalid out of ${outcomes.length}`;
    const message = `invalid metrics (${count}), first error is: ${first.summary}`;
    throw new MeasureError(first.reason, `the HPA was unable to compute the replica count: ${first.message}`, message);
  }
  // One metric at least there always is; the server sees to that.
  if (!best) throw new MeasureError('InvalidMetricSourceType', 'no metrics', 'no metrics');
  return {
    ...best,
    statuses: outcomes.map((outcome) => (outcome instanceof ProposalError ? { type: '' } : outcome.status)),
  };
}

/** The selector of the target's pods, which no other autoscaler's target may select. */
function selectorOf(autoscaler: HorizontalPodAutoscaler, scale: Scale, { selectors, context }: Means): Selector {
  const text = scale.status?.selector ?? '';
  const refuse = (reason: string, event: string, condition: string, message = condition): never => {
    context.events.warning(autoscaler, event, message);
    throw new MeasureError(reason, condition, message);
  };
  if (text === '')
    return refuse('InvalidSelector', 'SelectorRequired', "the HPA target's scale is missing a selector", 'selector is required');
  const selector = parsed(text);
  if (typeof selector === 'string')
    return refuse(
      'InvalidSelector',
      'InvalidSelector',
      `couldn't convert selector into a corresponding internal selector object: ${selector}`,
    );
  const { namespace = '' } = autoscaler.metadata;
  selectors.set(keyOf(autoscaler), namespace, selector);
  const selected = context.cache.list(pods, namespace).filter(({ metadata }) => selector.matches(metadata.labels));
  const others = selectors.of(selected, namespace);
  if (others.length > 1)
    return refuse(
      'AmbiguousSelector',
      'AmbiguousSelector',
      `pods by selector ${text} are controlled by multiple HPAs: [${others.join(' ')}]`,
    );
  return selector;
}

function parsed(text: string): Selector | string {
  try {
    return parseSelector(text);
  } catch (error) {
    return (error as Error).message;
  }
}

function tolerancesOf({ spec: { behavior } }: HorizontalPodAutoscaler): Tolerances {
  return { down: toleranceOf(behavior?.scaleDown), up: toleranceOf(behavior?.scaleUp) };
}

function toleranceOf(rules: HPAScalingRules | undefined): number {
  return rules?.tolerance === undefined ? TOLERANCE : scaledValue(rules.tolerance, -9) / 1e9;
}
