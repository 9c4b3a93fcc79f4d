import { Counter, type Registry } from 'prom-client';
import type {
  AdmissionObserver,
  AdmissionStep,
  ConditionsCheck,
  ConditionsResult,
  PolicyDecision,
  WebhookCall,
} from '../admission/observer.ts';
import { type Tally, TallyHistogram } from './tally-histogram.ts';

const SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5];
const WEBHOOK_SECONDS = [...SECONDS, 10, 25];
const REJECTION = ['name', 'type', 'operation', 'error_type', 'rejection_code'];
const DECISION = ['policy', 'policy_binding', 'error_type', 'enforcement_action'];
/** From what one look into an object takes to what the most expensive expression that is allowed takes. */
const EXPRESSION_SECONDS = [0.0000005, 0.001, 0.01, 0.1, 1];
const CHECK = ['name', 'kind', 'type', 'operation'];
/** A webhook may answer whatever number it likes, and must not fill the memory. */
const MAX_CODE = 600;

/** `apiserver_admission_*`: how long plugins and webhooks take, and what becomes of what they are asked. */
export class AdmissionMetrics implements AdmissionObserver {
  readonly #steps = histogram('step_admission_duration_seconds', 'How long a half of admission took.', ['type'], SECONDS);
  readonly #plugins = histogram('controller_admission_duration_seconds', 'How long an admission plugin took.', ['name', 'type'], SECONDS);
  readonly #pluginTallies = new Map<string, Map<string, Tally>>();
  readonly #webhooks = histogram('webhook_admission_duration_seconds', 'How long a webhook took.', ['name', 'type'], WEBHOOK_SECONDS);
  readonly #requests = counter('webhook_request_total', 'Calls of webhooks by outcome.', ['name', 'type', 'operation', 'code', 'rejected']);
  readonly #rejections = counter('webhook_rejection_count', 'Requests refused because of webhooks, and why.', REJECTION);
  readonly #failedOpen = counter('webhook_fail_open_count', 'Failures of webhooks that were ignored.', ['name', 'type']);
  readonly #conditionErrors = counter('match_condition_evaluation_errors_total', 'Match conditions that could not be evaluated.', CHECK);
  readonly #conditionExclusions = counter('match_condition_exclusions_total', 'Requests that match conditions left out.', CHECK);
  readonly #conditions = new TallyHistogram({
    name: 'apiserver_admission_match_condition_evaluation_seconds',
    help: 'How long evaluating match conditions took.',
    labelNames: CHECK,
    buckets: SECONDS,
    registers: [],
  });
  readonly #decisions = new Counter({
    name: 'apiserver_validating_admission_policy_check_total',
    help: 'What became of expressions of validating policies.',
    labelNames: DECISION,
    registers: [],
  });
  readonly #decisionSeconds = new TallyHistogram({
    name: 'apiserver_validating_admission_policy_check_duration_seconds',
    help: 'How long evaluating an expression of a validating policy took.',
    labelNames: DECISION,
    buckets: EXPRESSION_SECONDS,
    registers: [],
  });

  register(registry: Registry): void {
    for (const one of [this.#steps, this.#plugins, this.#webhooks, this.#conditions, this.#decisionSeconds]) registry.registerMetric(one);
    for (const one of [this.#requests, this.#rejections, this.#failedOpen]) registry.registerMetric(one);
    for (const one of [this.#conditionErrors, this.#conditionExclusions, this.#decisions]) registry.registerMetric(one);
  }

  stepped(type: AdmissionStep, operation: string, rejected: boolean, ms: number): void {
    this.#steps.of({ type, operation, rejected: String(rejected) }).observe(ms / 1000);
  }

  plugged(name: string, type: AdmissionStep, operation: string, rejected: boolean, ms: number): void {
    this.#pluginTally(name, type, operation, rejected).observe(ms / 1000);
  }

  /** Some twenty plugins are asked about every write: what they are counted by is put together once. */
  #pluginTally(name: string, type: AdmissionStep, operation: string, rejected: boolean): Tally {
    const key = `${type} ${operation} ${rejected}`;
    const known = this.#pluginTallies.get(name)?.get(key);
    if (known) return known;
    const tally = this.#plugins.of({ name, type, operation, rejected: String(rejected) });
    const ofPlugin = this.#pluginTallies.get(name) ?? new Map<string, Tally>();
    this.#pluginTallies.set(name, ofPlugin.set(key, tally));
    return tally;
  }

  called({ name, type, operation }: WebhookCall, code: number, rejected: boolean, ms: number): void {
    const labels = { name, type, operation, rejected: String(rejected) };
    this.#requests.inc({ ...labels, code: bounded(code) });
    this.#webhooks.of(labels).observe(ms / 1000);
  }

  refused({ name, type, operation }: WebhookCall, error: string, code: number): void {
    this.#rejections.inc({ name, type, operation, error_type: error, rejection_code: bounded(code) });
  }

  failedOpen({ name, type }: WebhookCall): void {
    this.#failedOpen.inc({ name, type });
  }

  decided({ policy, binding, error, action }: PolicyDecision, ms: number): void {
    const labels = { policy, policy_binding: binding, error_type: error, enforcement_action: action };
    this.#decisions.inc(labels);
    this.#decisionSeconds.of(labels).observe(ms / 1000);
  }

  checked({ name, kind, type, operation }: ConditionsCheck, { errors, excluded }: ConditionsResult, ms: number): void {
    const labels = { name, kind, type, operation };
    if (errors > 0) this.#conditionErrors.inc(labels, errors);
    if (excluded) this.#conditionExclusions.inc(labels);
    this.#conditions.of(labels).observe(ms / 1000);
  }
}

const bounded = (code: number) => String(Math.min(code, MAX_CODE));

function histogram(name: string, help: string, by: string[], buckets: number[]): TallyHistogram {
  return new TallyHistogram({
    name: `apiserver_admission_${name}`,
    help,
    labelNames: [...by, 'operation', 'rejected'],
    buckets,
    registers: [],
  });
}

function counter(name: string, help: string, labelNames: string[]): Counter {
  return new Counter({ name: `apiserver_admission_${name}`, help, labelNames, registers: [] });
}
