import type { Clock } from '../../../base/clock.ts';
import type { FlowSchema, PriorityLevelConfiguration } from '../../api/generated/flowcontrol-v1.ts';
import { flowSchemas, priorityLevelConfigurations } from '../../api/resources.ts';
import { MANDATORY_LEVELS, MANDATORY_SCHEMAS } from '../bootstrap/flow-control-objects.ts';
import type { ObjectStore } from '../registry.ts';
import { inMatchingOrder } from './classify.ts';
import type { FairnessMeters } from './fairness-metrics.ts';
import type { FlowMeter } from './flow-meter.ts';
import { limitsOf, maxSeatsPerRequest, queuingOf } from './level-limits.ts';
import { PriorityLevel } from './priority-level.ts';

/** A flow schema, and where its requests belong. */
export interface Rule {
  readonly schema: FlowSchema;
  readonly name: string;
  readonly level: PriorityLevel;
  readonly levelUid: string;
  /** For one request; 0: the level has no bound. */
  readonly maxSeats: number;
  readonly meter: FlowMeter;
}

export interface ConfigurationOptions {
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Requests served at once, by all levels together. */
  readonly totalSeats: number;
  readonly maxWaitMs: number;
  readonly meters: FairnessMeters;
}

interface Kept {
  readonly level: PriorityLevel;
  configuration: PriorityLevelConfiguration;
  /** The object is gone; the requests are not. */
  quiescing: boolean;
}

/** The levels and rules that the objects say. Levels keep their seats and queues when their configuration changes. */
export class FairnessConfiguration {
  readonly #options: ConfigurationOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #flows = new Map<string, FlowMeter>();
  rules: readonly Rule[] = [];

  constructor(options: ConfigurationOptions) {
    this.#options = options;
  }

  get levels(): PriorityLevel[] {
    return [...this.#kept.values()].map(({ level }) => level);
  }

  get flows(): Iterable<FlowMeter> {
    return this.#flows.values();
  }

  isQuiescing(name: string): boolean {
    return this.#kept.get(name)?.quiescing ?? false;
  }

  /** Reads all objects anew. */
  read(): void {
    const { store } = this.#options;
    const wanted = withMissing(store.list(priorityLevelConfigurations), MANDATORY_LEVELS);
    this.#forgetLevels(new Set(wanted.map(nameOf)));
    const quiescing = [...this.#kept.values()].filter(({ quiescing }) => quiescing).map(({ configuration }) => configuration);
    // Levels that are going keep their part of the seats until they are empty.
    const limits = limitsOf([...wanted, ...quiescing], this.#options.totalSeats);
    for (const configuration of [...wanted, ...quiescing]) {
      const queuing = queuingOf(configuration);
      const settings = { limits: limits.get(nameOf(configuration)) as never, queuing, exempt: configuration.spec.type === 'Exempt' };
      this.#configure(configuration, settings);
    }
    const goal = new Map(wanted.map((configuration) => [nameOf(configuration), configuration]));
    this.rules = orderedSchemas(store.list(flowSchemas)).flatMap((schema) => this.#ruleOf(schema, goal));
  }

  /** Lets go of levels that nobody wants and that are empty by now; true where there were any, whose seats others get. */
  prune(): boolean {
    const before = this.#kept.size;
    for (const [name, { level, quiescing }] of this.#kept) if (quiescing && level.isIdle) this.#kept.delete(name);
    return this.#kept.size < before;
  }

  #forgetLevels(wanted: ReadonlySet<string>): void {
    for (const [name, kept] of this.#kept) kept.quiescing = !wanted.has(name);
    this.prune();
  }

  #configure(configuration: PriorityLevelConfiguration, settings: ConstructorParameters<typeof PriorityLevel>[1]): void {
    const name = nameOf(configuration);
    const kept = this.#kept.get(name);
    if (kept && kept.level.exempt === settings.exempt) {
      kept.configuration = configuration;
      kept.level.configure(settings);
      return;
    }
    const { clock, maxWaitMs, meters } = this.#options;
    const level = new PriorityLevel(name, settings, clock, maxWaitMs);
    level.sample = meters.sample(level);
    this.#kept.set(name, { level, configuration, quiescing: false });
  }

  #ruleOf(schema: FlowSchema, levels: ReadonlyMap<string, PriorityLevelConfiguration>): Rule[] {
    const configuration = levels.get(schema.spec.priorityLevelConfiguration.name);
    const level = configuration && this.#kept.get(nameOf(configuration))?.level;
    if (!configuration || !level) return [];
    const name = nameOf(schema);
    const key = `${level.name}\0${name}`;
    const meter = this.#flows.get(key) ?? this.#options.meters.flow(level.name, name);
    this.#flows.set(key, meter);
    const maxSeats = maxSeatsPerRequest(level.limits, level.queuing);
    return [{ schema, name, level, levelUid: configuration.metadata.uid ?? '', maxSeats, meter }];
  }
}

/** Requests are told apart also while a mandatory schema is missing. */
function orderedSchemas(found: readonly FlowSchema[]): FlowSchema[] {
  return inMatchingOrder(withMissing(found, MANDATORY_SCHEMAS));
}

function withMissing<T extends FlowSchema | PriorityLevelConfiguration>(found: readonly T[], mandatory: readonly T[]): T[] {
  const names = new Set(found.map(nameOf));
  return [...found, ...mandatory.filter((one) => !names.has(nameOf(one)))];
}

function nameOf({ metadata }: FlowSchema | PriorityLevelConfiguration): string {
  return metadata.name ?? '';
}
