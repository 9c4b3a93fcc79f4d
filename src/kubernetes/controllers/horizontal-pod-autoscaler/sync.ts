import type { HorizontalPodAutoscaler, HorizontalPodAutoscalerStatus, MetricStatus } from '../../api/generated/autoscaling-v2.ts';
import { horizontalPodAutoscalers } from '../../api/resources.ts';
import { formatTime, keyOf } from '../../machinery/meta.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { Conditions } from './conditions.ts';
import type { DiscoveredKinds } from './discovered-kinds.ts';
import { type History, newHistory, rescaled } from './history.ts';
import { type Measured, measure } from './measure.ts';
import { type Normalized, normalize, type Rules } from './normalize.ts';
import { longestPeriod } from './rates.ts';
import { readTarget, type ScaleTarget } from './scale-target.ts';
import type { SelectorsInUse } from './selectors-in-use.ts';

/** What the controller remembers between syncs. */
export interface Memory {
  readonly kinds: DiscoveredKinds;
  readonly histories: Map<string, History>;
  readonly selectors: SelectorsInUse;
}

/** What a sync decides; undefined `metrics` means that none were looked at. */
interface Decision {
  readonly replicas: number;
  readonly why: string;
  readonly metrics?: MetricStatus[];
}

/** One look at an autoscaler: measures, decides, scales and says so in its status. */
export class Sync {
  readonly #autoscaler: HorizontalPodAutoscaler;
  readonly #memory: Memory;
  readonly #context: ControllerContext;
  readonly #conditions: Conditions;
  readonly #key: string;
  readonly #now: number;

  constructor(autoscaler: HorizontalPodAutoscaler, memory: Memory, context: ControllerContext) {
    this.#autoscaler = autoscaler;
    this.#memory = memory;
    this.#context = context;
    this.#now = context.clock.now();
    this.#key = keyOf(autoscaler);
    this.#conditions = new Conditions(autoscaler.status?.conditions, this.#now);
  }

  /** Throws what kept it from its work, after telling so. */
  async run(signal: AbortSignal): Promise<void> {
    const target = await this.#readTarget(signal);
    const current = target.scale.spec.replicas ?? 0;
    if (!this.#memory.histories.has(this.#key)) this.#memory.histories.set(this.#key, newHistory(current, this.#now));
    const { replicas, why, metrics } = await this.#decide(target, current, signal);
    if (replicas !== current) await this.#rescale(target, current, replicas, why, signal);
    const now = replicas === current ? {} : { lastScaleTime: formatTime(this.#now) };
    await this.#writeStatus(
      { ...this.#kept, ...now, currentReplicas: current, desiredReplicas: replicas, ...(metrics && { currentMetrics: metrics }) },
      signal,
    );
  }

  async #readTarget(signal: AbortSignal): Promise<ScaleTarget> {
    const { kinds } = this.#memory;
    try {
      const target = await readTarget(this.#autoscaler, kinds, this.#context.api, signal);
      const message = "the HPA controller was able to get the target's current scale";
      this.#conditions.set('AbleToScale', true, { reason: 'SucceededGetScale', message });
      return target;
    } catch (error) {
      const { message } = error as Error;
      const told = { reason: 'FailedGetScale', message: `the HPA controller was unable to get the target's current scale: ${message}` };
      return this.#fail(error, { reason: told.reason, message }, { type: 'AbleToScale', told }, signal, this.#autoscaler.status);
    }
  }

  async #decide(target: ScaleTarget, current: number, signal: AbortSignal): Promise<Decision> {
    const { minReplicas = 1, maxReplicas } = this.#autoscaler.spec;
    if (current === 0 && minReplicas !== 0) {
      const message = 'scaling is disabled since the replica count of the target is zero';
      this.#conditions.set('ScalingActive', false, { reason: 'ScalingDisabled', message });
      return { replicas: 0, why: '' };
    }
    if (current > maxReplicas) return { replicas: maxReplicas, why: 'Current number of replicas above Spec.MaxReplicas' };
    if (current < minReplicas) return { replicas: minReplicas, why: 'Current number of replicas below Spec.MinReplicas' };
    const { replicas: proposed, metric, statuses } = await this.#measure(target, current, signal);
    const { replicas, able, range, limited } = this.#normalize(proposed, current);
    this.#conditions.set('AbleToScale', true, able);
    this.#conditions.set('ScalingLimited', limited, range);
    return { replicas, why: proposed > current ? `${metric} above target` : 'All metrics below target', metrics: statuses };
  }

  async #measure(target: ScaleTarget, current: number, signal: AbortSignal): Promise<Measured> {
    const { kinds, selectors } = this.#memory;
    try {
      const measured = await measure(this.#autoscaler, target.scale, { kinds, selectors, context: this.#context, now: this.#now }, signal);
      const message = `the HPA was able to successfully calculate a replica count from ${measured.metric}`;
      this.#conditions.set('ScalingActive', true, { reason: 'ValidMetricFound', message });
      return measured;
    } catch (error) {
      if (signal.aborted) throw error;
      const { reason, condition, message } = error as { reason: string; condition: string; message: string };
      const status = {
        ...this.#autoscaler.status,
        desiredReplicas: this.#autoscaler.status?.desiredReplicas ?? 0,
        currentReplicas: current,
      };
      const told = { reason, message: condition };
      return this.#fail(error, { reason: 'FailedComputeMetricsReplicas', message }, { type: 'ScalingActive', told }, signal, status);
    }
  }

  #normalize(proposed: number, current: number): Normalized {
    const { minReplicas = 1, maxReplicas } = this.#autoscaler.spec;
    return normalize(proposed, { current, min: minReplicas, max: maxReplicas }, this.#rules, this.#history, this.#now);
  }

  async #rescale(target: ScaleTarget, from: number, to: number, why: string, signal: AbortSignal): Promise<void> {
    const { events } = this.#context;
    try {
      await target.resize(to, signal);
    } catch (error) {
      const { message } = error as Error;
      const event = { reason: 'FailedRescale', message: `New size: ${to}; reason: ${why}; error: ${message}` };
      const told = { reason: 'FailedUpdateScale', message: `the HPA controller was unable to update the target scale: ${message}` };
      const status = { ...this.#autoscaler.status, desiredReplicas: this.#autoscaler.status?.desiredReplicas ?? 0, currentReplicas: from };
      await this.#fail(error, event, { type: 'AbleToScale', told }, signal, status);
    }
    const message = `the HPA controller was able to update the target scale to ${to}`;
    this.#conditions.set('AbleToScale', true, { reason: 'SucceededRescale', message });
    events.normal(this.#autoscaler, 'SuccessfulRescale', `New size: ${to}; reason: ${why}`);
    const rules = this.#rules;
    if (rules) rescaled(this.#history, from, to, this.#now, { up: longestPeriod(rules.up), down: longestPeriod(rules.down) });
  }

  /** Tells what went wrong in an event and in the status, and throws it. */
  async #fail(
    error: unknown,
    event: { reason: string; message: string },
    { type, told }: { type: 'AbleToScale' | 'ScalingActive'; told: { reason: string; message: string } },
    signal: AbortSignal,
    status: HorizontalPodAutoscalerStatus | undefined,
  ): Promise<never> {
    if (signal.aborted) throw error;
    this.#context.events.warning(this.#autoscaler, event.reason, event.message);
    this.#conditions.set(type, false, told);
    await this.#writeStatus(status ?? { desiredReplicas: 0 }, signal);
    throw error;
  }

  async #writeStatus(status: HorizontalPodAutoscalerStatus, signal: AbortSignal): Promise<void> {
    const next = { ...status, conditions: this.#conditions.all };
    if (semanticallyEqual(next, this.#autoscaler.status)) return;
    await this.#context.api.updateStatus(horizontalPodAutoscalers, { ...this.#autoscaler, status: next }, {}, signal);
  }

  /** Of the status, what a sync does not set. */
  get #kept(): Pick<HorizontalPodAutoscalerStatus, 'lastScaleTime'> {
    const lastScaleTime = this.#autoscaler.status?.lastScaleTime;
    return lastScaleTime ? { lastScaleTime } : {};
  }

  get #history(): History {
    return this.#memory.histories.get(this.#key) as History;
  }

  /** The server fills in what of the rules is not said; an object from before that may lack some. */
  get #rules(): Rules | undefined {
    const { behavior } = this.#autoscaler.spec;
    return behavior && { up: behavior.scaleUp ?? {}, down: behavior.scaleDown ?? {} };
  }
}
