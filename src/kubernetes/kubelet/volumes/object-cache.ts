import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { Informer } from '../../client/informer.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';

const SYNC_TIMEOUT = 10_000;

interface Watched {
  informer: Informer<KubeObject>;
  stop: AbortController;
  /** Uids of the pods that use the object. */
  users: Set<string>;
}

export interface ObjectCacheOptions {
  api: Pick<ApiClient, 'list' | 'watch'>;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** An object that the pod uses has changed. */
  onChange(podUid: string): void;
}

/** Single ConfigMaps and Secrets that pods of this node use, each watched while a pod uses it. */
export class ObjectCache {
  readonly #options: ObjectCacheOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: ObjectCacheOptions) {
    this.#options = options;
  }

  /** The object for that pod, undefined if there is none; from then on changes are announced until the pod is released. */
  async get<T extends KubeObject>(podUid: string, type: ResourceType<T>, namespace: string, name: string): Promise<T | undefined> {
    const id = `${type.plural}/${namespace}/${name}`;
    const watched = this.#watched.get(id) ?? this.#watch(id, type as ResourceType, namespace, name);
    watched.users.add(podUid);
    await this.#synced(watched.informer, type.kind.toLowerCase());
    return watched.informer.get(`${namespace}/${name}`) as T | undefined;
  }

  /** The pod is gone; objects that no other pod uses are no longer watched. */
  release(podUid: string): void {
    for (const [id, watched] of this.#watched) {
      if (!watched.users.delete(podUid) || watched.users.size > 0) continue;
      watched.stop.abort();
      this.#watched.delete(id);
    }
  }

  #watch(id: string, type: ResourceType, namespace: string, name: string): Watched {
    const { api, clock, log, signal, onChange } = this.#options;
    const stop = new AbortController();
    const informer = new Informer({ api, type, clock, log, namespace, fieldSelector: `metadata.name=${name}` });
    const watched: Watched = { informer, stop, users: new Set() };
    this.#watched.set(id, watched);
    informer.onChange(() => {
      if (informer.hasSynced) for (const uid of watched.users) onChange(uid);
    });
    void informer.run(AbortSignal.any([signal, stop.signal]));
    return watched;
  }

  async #synced(informer: Informer<KubeObject>, what: string): Promise<void> {
    if (informer.hasSynced) return;
    const { clock, signal } = this.#options;
    const late = Promise.withResolvers<never>();
    using _timer = clock.after(SYNC_TIMEOUT, () =>
      late.reject(new Error(`failed to sync ${what} cache: timed out waiting for the condition`)),
    );
    signal.throwIfAborted();
    await Promise.race([informer.synced, late.promise]);
  }
}
