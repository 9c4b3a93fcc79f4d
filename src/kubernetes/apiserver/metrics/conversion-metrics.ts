import { Counter, exponentialBuckets, type Registry } from 'prom-client';
import type { ConversionObserver, ConversionOutcome } from '../apiextensions/conversion/observer.ts';
import { TallyHistogram } from './tally-histogram.ts';

const SECONDS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 60];
const BY_OUTCOME = ['result', 'failure_type'];

/** How conversion webhooks answer, and how long that takes. */
export class ConversionMetrics implements ConversionObserver {
  readonly #requests = new Counter({
    name: 'apiserver_conversion_webhook_request_total',
    help: 'Requests to conversion webhooks by outcome.',
    labelNames: BY_OUTCOME,
    registers: [],
  });
  readonly #seconds = new TallyHistogram({
    name: 'apiserver_conversion_webhook_duration_seconds',
    help: 'How long conversion webhooks took, by outcome.',
    labelNames: BY_OUTCOME,
    buckets: SECONDS,
    registers: [],
  });
  readonly #conversions = new TallyHistogram({
    name: 'apiserver_crd_conversion_webhook_duration_seconds',
    help: 'How long conversion webhooks took, by definition and versions.',
    labelNames: ['crd_name', 'from_version', 'to_version', 'succeeded'],
    buckets: exponentialBuckets(0.001, 2, 15),
    registers: [],
  });

  register(registry: Registry): void {
    for (const one of [this.#requests, this.#seconds, this.#conversions]) registry.registerMetric(one);
  }

  converted({ definition, from, to, failure }: ConversionOutcome, ms: number): void {
    const labels = { result: failure ? 'failure' : 'success', failure_type: failure ? `conversion_webhook_${failure}_failure` : '' };
    this.#requests.inc(labels);
    this.#seconds.of(labels).observe(ms / 1000);
    const versions = { crd_name: definition, from_version: from, to_version: to, succeeded: String(!failure) };
    this.#conversions.of(versions).observe(ms / 1000);
  }
}
