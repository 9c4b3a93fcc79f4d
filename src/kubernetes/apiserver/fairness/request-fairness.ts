import type { Clock } from '../../../base/clock.ts';
import type { FlowSchema } from '../../api/generated/flowcontrol-v1.ts';
import { flowSchemas, priorityLevelConfigurations } from '../../api/resources.ts';
import { tooManyRequests } from '../../machinery/status.ts';
import type { ServerCore } from '../extensions.ts';
import { isLongRunning } from '../http/long-running.ts';
import type { RequestContext } from '../request.ts';
import { distinguisherOf, inMatchingOrder, matches } from './classify.ts';
import { type FairnessMeter, silentMeter } from './fairness-metrics.ts';
import { limitsOf } from './limits.ts';
import { PriorityLevel, type Refusal } from './priority-level.ts';

const RETRY_AFTER_SECONDS = 1;

/** A level's seats; a level without is exempt. */
interface NamedLevel {
  readonly name: string;
  readonly uid: string;
  readonly seats?: PriorityLevel | undefined;
}

interface Rule {
  readonly schema: FlowSchema;
  readonly name: string;
  readonly level: NamedLevel;
}

export interface FairnessOptions {
  /** Requests served at once, by all levels together. */
  readonly totalSeats: number;
  readonly maxWaitMs: number;
}

/** Decides which requests are served now, which wait, and which are refused, by flow schemas and priority levels. */
export class RequestFairness implements Disposable {
  readonly #core: Pick<ServerCore, 'store' | 'clock'>;
  readonly #options: FairnessOptions;
  readonly #owned = new DisposableStack();
  readonly #seats = new Map<string, PriorityLevel>();
  #rules: readonly Rule[] | undefined;
  meter: FairnessMeter = silentMeter;

  constructor(core: Pick<ServerCore, 'store' | 'clock'>, options: FairnessOptions) {
    this.#core = core;
    this.#options = options;
    const outdated = () => {
      this.#rules = undefined;
    };
    this.#owned.use(core.store.onChange(flowSchemas, outdated));
    this.#owned.use(core.store.onChange(priorityLevelConfigurations, outdated));
  }

  [Symbol.dispose](): void {
    this.#owned.dispose();
  }

  /** The seats of each level that has any, by name. */
  get levels(): ReadonlyMap<string, PriorityLevel> {
    return this.#seats;
  }

  /** Resolves, or returns at once, when the request may go on; throws 429. */
  enter(request: RequestContext): void | Promise<void> {
    this.#rules ??= this.#build();
    const rule = this.#rules.find(({ schema }) => matches(schema, request.user, request.info));
    if (!rule) return;
    const { name, level, schema } = rule;
    const { seats } = level;
    request.flow = { schemaUid: schema.metadata.uid ?? '', levelUid: level.uid };
    if (!seats || isLongRunning(request.info)) return;
    const answer = seats.enter(`${name}\0${distinguisherOf(schema, request.user, request.info)}`, request.signal);
    if (answer === undefined) return this.#begin(request, rule, seats);
    if (typeof answer === 'string') throw this.#refuse(rule, answer);
    return this.#later(answer, request, rule, seats);
  }

  async #later(answer: Promise<Refusal | undefined>, request: RequestContext, rule: Rule, seats: PriorityLevel): Promise<void> {
    const refusal = await answer;
    if (refusal) throw this.#refuse(rule, refusal);
    this.#begin(request, rule, seats);
  }

  #begin({ flow, signal }: RequestContext, { name, level }: Rule, seats: PriorityLevel): void {
    this.meter.dispatched(level.name, name);
    // A client that has gone already does not give its seat back any more.
    if (!flow || signal.aborted) seats.leave();
    else flow.leave = () => seats.leave();
  }

  #refuse({ name, level }: Rule, reason: Refusal) {
    this.meter.rejected(level.name, name, reason);
    return tooManyRequests('Too many requests, please try again later.', RETRY_AFTER_SECONDS);
  }

  /** Levels keep their seats and queues when their configuration changes. */
  #build(): Rule[] {
    const { store, clock } = this.#core;
    const configurations = store.list(priorityLevelConfigurations);
    const limits = limitsOf(configurations, this.#options.totalSeats);
    const levels = new Map<string, NamedLevel>();
    for (const { metadata, spec } of configurations) {
      const name = metadata.name ?? '';
      const limit = limits.get(name);
      const seats = spec.type === 'Exempt' || !limit ? undefined : this.#seatsOf(name, clock);
      if (seats && limit) {
        seats.limits = limit;
        seats.dispatch();
      }
      levels.set(name, { name, uid: metadata.uid ?? '', seats });
    }
    for (const name of this.#seats.keys()) if (!levels.has(name)) this.#seats.delete(name);
    return inMatchingOrder(store.list(flowSchemas)).flatMap((schema) => {
      const level = levels.get(schema.spec.priorityLevelConfiguration.name);
      return level ? [{ schema, name: schema.metadata.name ?? '', level }] : [];
    });
  }

  #seatsOf(name: string, clock: Clock): PriorityLevel {
    const known = this.#seats.get(name) ?? new PriorityLevel({ seats: 1 }, clock, this.#options.maxWaitMs);
    this.#seats.set(name, known);
    return known;
  }
}
