import type { Clock } from '../../base/clock.ts';
import { describeError, isAbort } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { KubeObject, WatchEvent } from '../machinery/meta.ts';
import type { ResourceType } from '../machinery/resource.ts';
import { groupResource } from '../machinery/resource.ts';
import { ApiError, isExpired } from '../machinery/status.ts';
import type { ApiClient, ListOptions } from './api-client.ts';
import { reconnectDelay, refusalDelay } from './reconnect-delay.ts';

const SHORT_WATCH = 1_000;

export interface ReflectorTarget<T extends KubeObject> {
  /** A list is about to be asked for. */
  listing(): void;
  /** All objects, as of `resourceVersion`. */
  replace(objects: readonly T[], resourceVersion: string): void;
  apply(event: WatchEvent<T>): void;
}

export interface ReflectorOptions<T extends KubeObject> {
  api: Pick<ApiClient, 'list' | 'watch'>;
  type: ResourceType<T>;
  selection: Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector' | 'metadataOnly'>;
  clock: Clock;
  log: Log;
}

/** Keeps `target` equal to the server's objects: lists once, then watches, and lists again only when it lost its place. */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #target: ReflectorTarget<T>;
  #resourceVersion = '';
  #failures = 0;

  constructor(options: ReflectorOptions<T>, target: ReflectorTarget<T>) {
    this.#options = options;
    this.#target = target;
  }

  /** Until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        if (this.#resourceVersion === '') await this.#list(signal);
        await this.#watch(signal);
      } catch (error) {
        if (signal.aborted) return;
        await this.#recover(error, signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { api, type, selection } = this.#options;
    this.#target.listing();
    const list = await api.list(type, selection, signal);
    this.#resourceVersion = list.metadata.resourceVersion ?? '';
    this.#target.replace(list.items, this.#resourceVersion);
    this.#failures = 0;
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const { api, type, selection, clock } = this.#options;
    const options = { ...selection, resourceVersion: this.#resourceVersion, allowWatchBookmarks: true };
    const startedAt = clock.now();
    let events = 0;
    for await (const event of api.watch(type, options, signal)) {
      events += 1;
      this.#failures = 0;
      this.#resourceVersion = event.object.metadata.resourceVersion ?? this.#resourceVersion;
      this.#target.apply(event);
    }
    // A server that ends watches as soon as they start is not well; do not make it worse.
    if (events === 0 && clock.now() - startedAt < SHORT_WATCH) throw new Error('the watch ended at once');
  }

  async #recover(error: unknown, signal: AbortSignal): Promise<void> {
    const { type, clock, log } = this.#options;
    if (losesPlace(error)) this.#resourceVersion = '';
    if (isExpired(error)) return;
    const level = this.#failures === 0 && !isAbort(error) ? 'info' : 'debug';
    log[level]({ resource: groupResource(type), error: describeError(error) }, 'watch broke, trying again');
    const delay = isRefusal(error) ? refusalDelay(this.#failures) : reconnectDelay(this.#failures);
    this.#failures += 1;
    await clock.sleep(delay, signal).catch(() => {});
  }
}

/** Whatever the server says against a resource version, also that it is from the future (a restored server), means list again. */
function losesPlace(error: unknown): boolean {
  return error instanceof ApiError && error.code !== 429 && error.code !== 500 && error.code !== 503;
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 403 || error.code === 404 || error.code === 405);
}
