import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { silentLog } from '../../base/log.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { ResourceType } from '../machinery/resource.ts';
import { groupResource } from '../machinery/resource.ts';
import type { ApiClient } from './api-client.ts';
import type { InformerOptions } from './informer.ts';
import { Informer } from './informer.ts';

export type Selection = Pick<InformerOptions<KubeObject>, 'namespace' | 'labelSelector' | 'fieldSelector' | 'metadataOnly'>;

/** The informers of one process: one list and watch for each type and selection, however many ask for it. */
export class Informers {
  readonly #api: Pick<ApiClient, 'list' | 'watch'>;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #informers = new Map<string, Informer<KubeObject>>();

  /** Informers run until `signal` aborts. */
  constructor(api: Pick<ApiClient, 'list' | 'watch'>, signal: AbortSignal, options: { clock?: Clock; log?: Log } = {}) {
    this.#api = api;
    this.#signal = signal;
    this.#clock = options.clock ?? systemClock;
    this.#log = options.log ?? silentLog;
  }

  /** The shared informer, started by the first who asks for it; `transform` is the first one's too. */
  of<T extends KubeObject>(type: ResourceType<T>, selection: Selection = {}, transform?: (object: T) => T): Informer<T> {
    const id = identity(type, selection);
    const present = this.#informers.get(id);
    if (present) return present as unknown as Informer<T>;
    const informer = new Informer<T>({ api: this.#api, type, clock: this.#clock, log: this.#log, ...selection, transform });
    this.#informers.set(id, informer as unknown as Informer<KubeObject>);
    void informer.run(this.#signal);
    return informer;
  }

  /** The informer of all objects of the type, if someone asked for it. */
  find<T extends KubeObject>(type: ResourceType<T>): Informer<T> | undefined {
    return this.#informers.get(identity(type, {})) as unknown as Informer<T> | undefined;
  }

  /** Resolves when every informer asked for until now has its first list. */
  async synced(): Promise<void> {
    await Promise.all([...this.#informers.values()].map((informer) => informer.synced));
  }
}

function identity(type: ResourceType, { namespace, labelSelector, fieldSelector, metadataOnly }: Selection): string {
  return [groupResource(type), namespace, labelSelector, fieldSelector, metadataOnly ? 'metadata' : ''].join('|');
}
