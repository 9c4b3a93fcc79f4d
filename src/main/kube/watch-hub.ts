import type { Clock } from '../../base/clock.ts';
import type { WatchDelta } from '../../ipc/kube.ts';
import { resourcePath } from '../../kubernetes/machinery/resource.ts';
import type { KubeConnections } from './connections.ts';
import { SharedWatch, type WatchTarget } from './shared-watch.ts';

/** A watch nobody looks at is kept this long: going back to a page must not list again. */
const LINGER_MS = 20_000;

/** The shared watches of all clusters, by cluster and collection. */
export class WatchHub implements Disposable {
  readonly #connections: KubeConnections;
  readonly #clock: Clock;
  readonly #watches = new Map<string, { cluster: string; watch: SharedWatch; ending?: Disposable | undefined }>();

  constructor(connections: KubeConnections, clock: Clock) {
    this.#connections = connections;
    this.#clock = clock;
  }

  async *subscribe(cluster: string, target: WatchTarget, signal: AbortSignal): AsyncGenerator<WatchDelta> {
    const key = `${cluster} ${resourcePath(target.resource, { namespace: target.namespace })}`;
    let entry = this.#watches.get(key);
    if (!entry) {
      entry = { cluster, watch: new SharedWatch(() => this.#connections.get(cluster), target, this.#clock) };
      this.#watches.set(key, entry);
    }
    entry.ending?.[Symbol.dispose]();
    try {
      yield* entry.watch.subscribe(signal);
    } finally {
      if (entry.watch.idle) entry.ending = this.#clock.after(LINGER_MS, () => this.#end(key));
    }
  }

  /** Forgets what is known of a cluster that was stopped or deleted. Open subscriptions end; windows subscribe anew. */
  drop(cluster: string): void {
    for (const [key, entry] of this.#watches) if (entry.cluster === cluster) this.#end(key);
  }

  [Symbol.dispose](): void {
    for (const key of [...this.#watches.keys()]) this.#end(key);
  }

  #end(key: string): void {
    const entry = this.#watches.get(key);
    this.#watches.delete(key);
    entry?.ending?.[Symbol.dispose]();
    entry?.watch[Symbol.dispose]();
  }
}
