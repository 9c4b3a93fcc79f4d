import { Backoff } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { isAbort } from '../../base/errors.ts';
import { toWire } from '../../ipc/errors.ts';
import type { WatchDelta } from '../../ipc/kube.ts';
import { type KubeList, type KubeObject, keyOf, type WatchEvent } from '../../kubernetes/machinery/meta.ts';
import { apiVersionOf, type ResourceType, resourcePath } from '../../kubernetes/machinery/resource.ts';
import { ApiError, isExpired, type Status } from '../../kubernetes/machinery/status.ts';
import type { KubeConnection } from './connection.ts';
import { LineSplitter } from './lines.ts';
import { slim } from './slim.ts';
import { WatchSubscriber } from './watch-subscriber.ts';

const PAGE = 500;

/** What a watch needs of a connection. */
export type WatchConnection = Pick<KubeConnection, 'json' | 'stream'>;

export interface WatchTarget {
  resource: ResourceType;
  namespace?: string | undefined;
}

/**
 * One list-and-watch of a collection, shared by every window that shows it. Holds the objects so that a late
 * subscriber starts from a full picture; after a lost connection it lists again and tells only what differs.
 */
export class SharedWatch implements Disposable {
  readonly #connect: () => Promise<WatchConnection>;
  readonly #target: WatchTarget;
  readonly #clock: Clock;
  readonly #objects = new Map<string, KubeObject>();
  readonly #subscribers = new Set<WatchSubscriber>();
  readonly #controller = new AbortController();
  readonly #backoff = new Backoff<'list'>({ base: 250, max: 5_000 });
  #standing: WatchDelta | undefined;

  constructor(connect: () => Promise<WatchConnection>, target: WatchTarget, clock: Clock) {
    this.#connect = connect;
    this.#target = target;
    this.#clock = clock;
    void this.#run(this.#controller.signal);
  }

  get idle(): boolean {
    return this.#subscribers.size === 0;
  }

  /** What there is, then what changes, until `signal` aborts. */
  async *subscribe(signal: AbortSignal): AsyncGenerator<WatchDelta> {
    const subscriber = new WatchSubscriber(this.#clock);
    for (const [key, object] of this.#objects) subscriber.set(key, object);
    if (this.#standing) subscriber.standing(this.#standing);
    this.#subscribers.add(subscriber);
    const onAbort = () => subscriber.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      yield* subscriber.deltas();
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#subscribers.delete(subscriber);
    }
  }

  [Symbol.dispose](): void {
    this.#controller.abort();
    for (const subscriber of this.#subscribers) subscriber.close();
  }

  async #run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const connection = await this.#connect();
        let resourceVersion = await this.#list(connection, signal);
        this.#stand({ type: 'synced' });
        this.#backoff.forget('list');
        while (!signal.aborted) resourceVersion = await this.#follow(connection, resourceVersion, signal);
      } catch (error) {
        if (signal.aborted || isAbort(error)) return;
        if (isExpired(error)) continue; // too old to resume: list again, nothing to worry people with
        this.#stand({ type: 'disconnected', error: toWire(error) });
        await this.#clock.sleep(this.#backoff.next('list'), signal).catch(() => {});
      }
    }
  }

  /** Lists page by page and publishes the differences; answers the version to watch from. */
  async #list(connection: WatchConnection, signal: AbortSignal): Promise<string> {
    const seen = new Set<string>();
    let next: string | undefined;
    let resourceVersion = '';
    do {
      const query = new URLSearchParams({ limit: String(PAGE), ...(next ? { continue: next } : {}) });
      const page = await connection.json<KubeList>('GET', `${this.#path()}?${query}`, { signal });
      for (const item of page.items ?? []) {
        seen.add(keyOf(item));
        this.#put(item);
      }
      next = page.metadata.continue || undefined;
      resourceVersion = page.metadata.resourceVersion ?? resourceVersion;
    } while (next);
    for (const key of [...this.#objects.keys()]) if (!seen.has(key)) this.#remove(key);
    return resourceVersion;
  }

  /** Watches until the server ends it; answers the version to resume from. */
  async #follow(connection: WatchConnection, from: string, signal: AbortSignal): Promise<string> {
    const query = new URLSearchParams({ watch: 'true', allowWatchBookmarks: 'true', resourceVersion: from, timeoutSeconds: '540' });
    const lines = new LineSplitter();
    let resourceVersion = from;
    for await (const chunk of connection.stream(`${this.#path()}?${query}`, signal)) {
      for (const line of lines.push(chunk)) {
        if (line) resourceVersion = this.#receive(JSON.parse(line) as WatchEvent) ?? resourceVersion;
      }
    }
    return resourceVersion;
  }

  #receive(event: WatchEvent): string | undefined {
    switch (event.type) {
      case 'ERROR':
        throw new ApiError(event.object as unknown as Status);
      case 'DELETED':
        this.#remove(keyOf(event.object));
        break;
      case 'BOOKMARK':
        break;
      default:
        this.#put(event.object);
    }
    return event.object.metadata.resourceVersion;
  }

  #put(object: KubeObject): void {
    const key = keyOf(object);
    const known = this.#objects.get(key)?.metadata;
    if (known && known.resourceVersion === object.metadata.resourceVersion && known.uid === object.metadata.uid) return;
    const { resource } = this.#target;
    const kept = slim({ ...object, apiVersion: apiVersionOf(resource), kind: resource.kind }, resource);
    this.#objects.set(key, kept);
    for (const subscriber of this.#subscribers) subscriber.set(key, kept);
  }

  #remove(key: string): void {
    if (!this.#objects.delete(key)) return;
    for (const subscriber of this.#subscribers) subscriber.remove(key);
  }

  #stand(delta: WatchDelta): void {
    this.#standing = delta;
    for (const subscriber of this.#subscribers) subscriber.standing(delta);
  }

  #path(): string {
    return resourcePath(this.#target.resource, { namespace: this.#target.namespace });
  }
}
