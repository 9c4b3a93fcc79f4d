import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { DiscoveredResource } from '../../client/discovery.ts';
import type { ChangeHandler } from '../../client/informer.ts';
import { Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { groupResource } from '../../machinery/resource.ts';

const NEEDED = ['list', 'watch', 'delete'];
/** They come in masses, own nothing and are owned by nobody. */
const IGNORED = new Set(['events', 'events.events.k8s.io']);

export interface MonitorParts {
  api: ApiClient;
  informers: Informers;
  clock: Clock;
  log: Log;
  onChange(type: DiscoveredResource): ChangeHandler<KubeObject>;
}

interface Monitor {
  subscription: Disposable;
  synced: Promise<void>;
  stop: AbortController;
}

/** Follows the metadata of every object there is, of whatever types the server has. */
export class Monitors implements Disposable {
  readonly #parts: MonitorParts;
  readonly #monitors = new Map<string, Monitor>();
  #types: readonly DiscoveredResource[] = [];

  constructor(parts: MonitorParts) {
    this.#parts = parts;
  }

  /** Every type the server has, also those that are not followed. */
  get types(): readonly DiscoveredResource[] {
    return this.#types;
  }

  /** Follows new types and leaves those that are gone; resolves when all are in. */
  async follow(types: readonly DiscoveredResource[]): Promise<void> {
    this.#types = types;
    const wanted = types.filter((type) => NEEDED.every((verb) => type.verbs.includes(verb)) && !IGNORED.has(groupResource(type)));
    const names = new Set(wanted.map(groupResource));
    for (const [name, monitor] of this.#monitors) if (!names.has(name)) this.#leave(name, monitor);
    for (const type of wanted) if (!this.#monitors.has(groupResource(type))) this.#monitors.set(groupResource(type), this.#begin(type));
    await Promise.all([...this.#monitors.values()].map(({ synced }) => synced));
  }

  [Symbol.dispose](): void {
    for (const [name, monitor] of this.#monitors) this.#leave(name, monitor);
  }

  /** Where somebody has the whole objects already, their metadata are not kept a second time. */
  #begin(type: DiscoveredResource): Monitor {
    const { api, informers, clock, log, onChange } = this.#parts;
    const stop = new AbortController();
    let informer: Informer<KubeObject> | undefined = informers.find(type);
    if (!informer) {
      informer = new Informer({ api, type, clock, log, metadataOnly: true, transform: onlyMetadata });
      void informer.run(stop.signal);
    }
    return { subscription: informer.onChange(onChange(type)), synced: informer.synced, stop };
  }

  #leave(name: string, { subscription, stop }: Monitor): void {
    subscription[Symbol.dispose]();
    stop.abort();
    this.#monitors.delete(name);
  }
}

/** What the graph needs; labels and annotations can be large. */
function onlyMetadata({ metadata }: KubeObject): KubeObject {
  const { namespace, name, uid, resourceVersion, ownerReferences, deletionTimestamp, finalizers } = metadata;
  return { metadata: { namespace, name, uid, resourceVersion, ownerReferences, deletionTimestamp, finalizers } };
}
