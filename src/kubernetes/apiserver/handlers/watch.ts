import type { KubeObject, WatchEventType } from '../../machinery/meta.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import { ApiError, resourceExpired, type Status } from '../../machinery/status.ts';
import { protocolsWithoutToken } from '../authentication/bearer.ts';
import { negotiate } from '../http/negotiate.ts';
import { beginStream, commonHeaders, statusOf } from '../http/response.ts';
import { acceptWebSocket, type UpgradeRequest } from '../http/web-socket.ts';
import type { RequestContext } from '../request.ts';
import type { Following } from '../store/resource-cache.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { CacheEvent } from '../store/window.ts';
import type { Exchange } from './endpoint.ts';
import { EventEncoder } from './event-encoder.ts';
import { awaitVersion } from './list.ts';
import { type ListQuery, parseListQuery } from './list-options.ts';
import { WatchSocket } from './watch-socket.ts';
import { type EventStream, WatchStream } from './watch-stream.ts';

/** Bookmarks come about this often, and shortly before the watch ends. */
const BOOKMARK_EVERY_MS = 60_000;
const BOOKMARK_BEFORE_END_MS = 2_000;

/** What a watch needs of its request, however its events travel. */
type WatchRequest = Pick<Exchange, 'endpoint' | 'request'>;

/** GET of a collection with `watch=true`: its changes, one JSON document after the other, until the time is up. */
export async function handleWatch(exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const prepared = await prepare(exchange);
  const stream = new WatchStream(response, prepared.signal);
  beginStream(response, 200, { ...commonHeaders(request), 'content-type': prepared.encoder.contentType });
  await follow(prepared, stream);
}

/** The same over a WebSocket, an event a message; resolves once it is open. The protocol asked for is agreed to, and changes nothing. */
export async function handleWatchUpgrade(exchange: WatchRequest, upgrade: UpgradeRequest): Promise<void> {
  const prepared = await prepare(exchange);
  const socket = await acceptWebSocket(upgrade, protocolsWithoutToken(upgrade.request.headers)[0] ?? '');
  void follow(prepared, new WatchSocket(socket, prepared.encoder.contentType, prepared.signal));
}

/** A watch that nobody has been answered yet: what is wrong with it is found before. */
interface Prepared {
  readonly exchange: WatchRequest;
  readonly query: ListQuery;
  readonly from: Start;
  readonly encoder: EventEncoder;
  readonly signal: AbortSignal;
}

async function prepare(exchange: WatchRequest): Promise<Prepared> {
  const { endpoint, request } = exchange;
  const representation = negotiate(request.headers.accept, { streams: true, custom: endpoint.definition.custom !== undefined });
  const query = parseListQuery(endpoint.definition, ofOne(request), true);
  const from = await startOf(exchange, query);
  const encoder = EventEncoder.for(endpoint.definition, representation, request.query, endpoint.clock);
  const signal = endpoint.ended ? AbortSignal.any([request.signal, endpoint.ended]) : request.signal;
  return { exchange, query, from, encoder, signal };
}

async function follow({ exchange, query, from, encoder }: Prepared, stream: EventStream): Promise<void> {
  const { oldestWatchable } = exchange.endpoint.cache;
  if (!from.state && from.revision < oldestWatchable) {
    // Answered in the stream, as upstream does: by now the request as such was fine.
    stream.write(encoder.failure(resourceExpired(`too old resource version: ${from.revision} (${oldestWatchable})`).status));
    return stream.end();
  }
  const watch = new Watch(exchange, query, encoder, counted(stream, exchange.request.eventSent));
  watch.start(from);
  // What follows is paid for by those who write.
  exchange.request.flow?.leave?.();
  using _timers = watch.schedule(timeoutOf(exchange, query));
  await stream.ended;
  watch.stop();
}

/** Old watches may name the object in their path. */
function ofOne({ info, query }: RequestContext): URLSearchParams {
  if (!info.oldWatch || info.name === '') return query;
  const selecting = new URLSearchParams(query);
  selecting.set('fieldSelector', [query.get('fieldSelector') ?? '', `metadata.name=${info.name}`].filter(Boolean).join());
  return selecting;
}

/** Tells how large every event is. */
function counted(stream: EventStream, sent: ((bytes: number) => void) | undefined): EventStream {
  if (!sent) return stream;
  const write = (bytes: Buffer) => {
    stream.write(bytes);
    sent(bytes.length);
  };
  return { ended: stream.ended, write, end: () => stream.end() };
}

type Start =
  | { readonly state: readonly StoredObject[]; readonly revision: number }
  | { readonly revision: number; readonly state?: undefined };

/** Whether the watch begins with what there is, and after which revision its changes follow. */
async function startOf(exchange: WatchRequest, query: ListQuery): Promise<Start> {
  const { endpoint, request } = exchange;
  const { registry, cache } = endpoint;
  const version = query.resourceVersion;
  if (version !== '' && !/^\d+$/.test(version)) throw badWatchVersion(version);
  if (query.sendInitialEvents === true) {
    if (version === '') await registry.cache.catchUp();
    else await awaitVersion(exchange, version);
    return { revision: registry.cache.revision, state: await cache.list(request.info.namespace) };
  }
  if (query.sendInitialEvents === false && (version === '' || version === '0')) return { revision: registry.cache.revision };
  if (version === '' || version === '0') {
    await registry.cache.catchUp();
    return { revision: registry.cache.revision, state: await cache.list(request.info.namespace) };
  }
  return { revision: Number(version) };
}

/** One client following one resource. */
class Watch {
  readonly #exchange: WatchRequest;
  readonly #query: ListQuery;
  readonly #encoder: EventEncoder;
  readonly #stream: EventStream;
  readonly #namespacePrefix: string;
  #following: Following | undefined;

  constructor(exchange: WatchRequest, query: ListQuery, encoder: EventEncoder, stream: EventStream) {
    this.#exchange = exchange;
    this.#query = query;
    this.#encoder = encoder;
    this.#stream = stream;
    const { namespace } = exchange.request.info;
    this.#namespacePrefix = namespace && exchange.endpoint.definition.namespaced ? `${exchange.endpoint.cache.prefix}${namespace}/` : '';
  }

  start({ state, revision }: Start): void {
    const { cache } = this.#exchange.endpoint;
    const { match } = this.#query;
    for (const stored of state ?? []) {
      if (!match || match(stored.object)) this.#stream.write(this.#encoder.frame('ADDED', stored));
    }
    if (this.#query.sendInitialEvents) this.#bookmark(revision, true);
    this.#following = cache.follow(
      revision,
      (event) => {
        // A version from the future is waited for.
        if (event.revision > revision) this.#onEvent(event);
      },
      (error) => this.#fail(statusOf(error)),
    );
  }

  stop(): void {
    this.#following?.[Symbol.dispose]();
  }

  #fail(status: Status): void {
    this.#stream.write(this.#encoder.failure(status));
    this.#stream.end();
  }

  /** Ends the watch in time and sends bookmarks until then. */
  schedule(timeoutMs: number): Disposable {
    const { clock } = this.#exchange.endpoint;
    const timers = new Map<string, Disposable>();
    const again = () => {
      this.#bookmarkNow();
      timers.set('bookmark', clock.after(BOOKMARK_EVERY_MS, again));
    };
    timers.set(
      'end',
      clock.after(timeoutMs, () => this.#stream.end()),
    );
    if (this.#query.allowWatchBookmarks) {
      timers.set('bookmark', clock.after(BOOKMARK_EVERY_MS, again));
      if (timeoutMs > BOOKMARK_BEFORE_END_MS)
        timers.set(
          'last',
          clock.after(timeoutMs - BOOKMARK_BEFORE_END_MS, () => this.#bookmarkNow()),
        );
    }
    return {
      [Symbol.dispose]: () => {
        for (const timer of timers.values()) timer[Symbol.dispose]();
      },
    };
  }

  #onEvent(event: CacheEvent): void {
    if (this.#namespacePrefix !== '' && !event.stored.key.startsWith(this.#namespacePrefix)) return;
    const { match } = this.#query;
    if (!match) this.#stream.write(this.#encoder.event(event));
    else this.#onSelectable(event, match);
  }

  /** An object that starts or stops matching appears or disappears. */
  #onSelectable(event: CacheEvent, match: (object: KubeObject) => boolean): void {
    const before = event.previous !== undefined && match(event.previous.object);
    const after = event.type !== 'DELETED' && match(event.stored.object);
    if (event.type === 'DELETED' || before === after) {
      if (before || after) this.#stream.write(this.#encoder.event(event));
      return;
    }
    const type: WatchEventType = after ? 'ADDED' : 'DELETED';
    const shown = after || !event.previous ? event.stored : atRevision(event.previous, event.stored);
    this.#stream.write(this.#encoder.frame(type, shown));
  }

  #bookmarkNow(): void {
    const { registry } = this.#exchange.endpoint;
    this.#bookmark(Math.min(registry.cache.revision, this.#following?.shown ?? 0), false);
  }

  #bookmark(revision: number, initial: boolean): void {
    const { definition } = this.#exchange.endpoint;
    const metadata = {
      resourceVersion: String(revision),
      creationTimestamp: null,
      ...(initial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    };
    const object = { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata };
    this.#stream.write(this.#encoder.bookmark(object));
  }
}

/** How an object last looked to a watcher that no longer selects it, at the revision of that change. */
function atRevision(previous: StoredObject, next: StoredObject): StoredObject {
  const metadata = { ...previous.object.metadata, resourceVersion: String(next.revision) };
  const object = { ...previous.object, metadata };
  return { key: previous.key, object, bytes: Buffer.from(JSON.stringify(object)), revision: next.revision };
}

function timeoutOf({ endpoint }: WatchRequest, { timeoutSeconds }: ListQuery): number {
  if (timeoutSeconds !== undefined && timeoutSeconds > 0) return timeoutSeconds * 1000;
  const least = endpoint.limits.minRequestTimeoutSeconds;
  // Spread, so that watches that began together do not all come back together.
  return least * 1000 * (1 + Math.random());
}

/** Upstream answers this fault of the client with 500, and clients know it. */
function badWatchVersion(version: string): ApiError {
  const why = `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`;
  return new ApiError({ code: 500, message: `resourceVersion: Invalid value: ${JSON.stringify(version)}: ${why}` });
}
