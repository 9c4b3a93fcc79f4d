import { flowSchemas, priorityLevelConfigurations } from '../../api/resources.ts';
import type { ServerCore } from '../extensions.ts';
import { isLongRunning } from '../http/long-running.ts';
import { OverloadError } from '../http/overload.ts';
import type { RequestContext } from '../request.ts';
import { type Adjustment, adjustLimits } from './borrowing.ts';
import { distinguisherOf, matches } from './classify.ts';
import { FairnessConfiguration, type Rule } from './configuration.ts';
import { type FairnessMeters, type FairnessState, silentMeters } from './fairness-metrics.ts';
import { InterestedWatches } from './interested-watches.ts';
import { RetryAfter } from './retry-after.ts';
import { type Refusal, Visit } from './visit.ts';
import { WorkEstimator } from './work-estimate.ts';

const ADJUST_MS = 10_000;

export interface FairnessOptions {
  /** Requests served at once, by all levels together. */
  readonly totalSeats: number;
  readonly maxWaitMs: number;
  readonly metersFor?: (state: FairnessState) => FairnessMeters;
}

/** Decides which requests are served now, which wait, and which are refused, by flow schemas and priority levels. */
export class RequestFairness implements Disposable, FairnessState {
  readonly #core: Pick<ServerCore, 'store' | 'clock' | 'registry'>;
  readonly #owned = new DisposableStack();
  readonly #watches = new InterestedWatches();
  readonly #estimator: WorkEstimator;
  readonly #retryAfter = new Map<string, RetryAfter>();
  readonly configuration: FairnessConfiguration;
  #adjustment: Adjustment = { fairFraction: 1, targets: new Map() };
  #timer: Disposable | undefined;
  #outdated = true;

  constructor(core: Pick<ServerCore, 'store' | 'clock' | 'registry'>, options: FairnessOptions) {
    this.#core = core;
    const { store, clock } = core;
    const { totalSeats, maxWaitMs, metersFor } = options;
    this.configuration = new FairnessConfiguration({ store, clock, totalSeats, maxWaitMs, meters: metersFor?.(this) ?? silentMeters });
    this.#estimator = new WorkEstimator((request) => this.#volumeOf(request), this.#watches);
    const outdated = () => {
      this.#outdated = true;
    };
    this.#owned.use(core.store.onChange(flowSchemas, outdated));
    this.#owned.use(core.store.onChange(priorityLevelConfigurations, outdated));
    this.#adjustLater();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#owned.dispose();
  }

  get levels() {
    this.#refresh();
    return this.configuration.levels;
  }

  get flows() {
    return this.configuration.flows;
  }

  get fairFraction(): number {
    return this.#adjustment.fairFraction;
  }

  get targets(): ReadonlyMap<string, number> {
    return this.#adjustment.targets;
  }

  /** Resolves, or returns at once, when the request may go on; throws 429. */
  enter(request: RequestContext): void | Promise<void> {
    const { info, user } = request;
    const isWatch = info.verb === 'watch';
    // Streams last as long as they like.
    if (!isWatch && isLongRunning(info)) return;
    if (this.#outdated) this.#refresh();
    const rule = this.configuration.rules.find(({ schema }) => matches(schema, user, info));
    if (!rule) return;
    const { name, level, levelUid, schema, maxSeats, meter } = rule;
    request.flow = { schemaUid: schema.metadata.uid ?? '', levelUid };
    const work = this.#estimator.estimate(request, maxSeats, (count) => meter.watched(count));
    meter.estimated(Math.max(work.initialSeats, work.finalSeats));
    const arrival = { schema: name, distinguisher: distinguisherOf(schema, user, info), work, request, meter };
    const answer = level.enter(arrival);
    if (answer instanceof Promise) return answer.then((later) => this.#decide(rule, later));
    this.#decide(rule, answer);
  }

  #decide(rule: Rule, answer: Visit | Refusal): void {
    if (!(answer instanceof Visit)) throw this.#refuse(rule, answer);
    const { request } = answer.arrival;
    // A client that has gone already does not give its seats back any more.
    if (!request.flow || request.signal.aborted) {
      rule.level.leave(answer);
      return;
    }
    const { flow } = request;
    flow.leave = () => {
      flow.leave = undefined;
      rule.level.leave(answer);
    };
    if (request.info.verb !== 'watch') return;
    const watch = this.#watches.add(request.info);
    request.signal.addEventListener('abort', () => watch[Symbol.dispose](), { once: true });
  }

  #refuse({ level, meter }: Rule, reason: Refusal): OverloadError {
    meter.refused(reason);
    const retry = this.#retryAfter.get(level.name) ?? new RetryAfter();
    this.#retryAfter.set(level.name, retry);
    retry.refused(this.#core.clock.now());
    return new OverloadError(retry.seconds);
  }

  #refresh(): void {
    if (!this.#outdated) return;
    this.#outdated = false;
    this.configuration.read();
    this.#adjust();
  }

  #adjust(): void {
    this.#adjustment = adjustLimits(this.configuration.levels, this.#core.clock.now());
  }

  #adjustLater(): void {
    this.#timer = this.#core.clock.after(ADJUST_MS, () => {
      if (this.configuration.prune()) this.#outdated = true;
      this.#adjust();
      this.#adjustLater();
    });
  }

  /** Undefined where another server keeps the objects. */
  #volumeOf({ info }: RequestContext) {
    const { registry } = this.#core;
    const definition = registry.find(info.group, info.version, info.resource);
    return definition && registry.cache.cacheOf(definition);
  }
}
