import { Registry as MetricsRegistry } from 'prom-client';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { ResourceDefinition } from '../api/define.ts';
import type { Storage } from '../storage/storage.ts';
import { mergeGroups } from './aggregation/remote-groups.ts';
import { assemble } from './assemble.ts';
import { auditMeter } from './audit/audit-meter.ts';
import { Auditor } from './audit/auditor.ts';
import { RequestAuthentication } from './authentication/chain.ts';
import { unionAuthorizer } from './authorization/union.ts';
import type { ApiServerConfig } from './config.ts';
import { catalogOf } from './discovery/catalog.ts';
import { discoveryHandler } from './discovery/handler.ts';
import { indexHandler, listedPaths } from './discovery/index-handler.ts';
import { openApiHandler } from './discovery/openapi-handler.ts';
import { encrypted } from './encryption/encrypted.ts';
import { transformationMeter } from './encryption/transformation-meter.ts';
import type { RequestHandler, ServerCore, ServerExtensions } from './extensions.ts';
import { fairnessDumps } from './fairness/dumps.ts';
import { type FairnessState, fairnessMeters } from './fairness/fairness-metrics.ts';
import { RequestFairness } from './fairness/request-fairness.ts';
import { bindingResource } from './handlers/binding.ts';
import { Endpoints } from './handlers/endpoints.ts';
import { healthHandlers } from './health/handlers.ts';
import { Readiness } from './health/readiness.ts';
import { versionHandler } from './health/version.ts';
import { Dispatcher } from './http/dispatcher.ts';
import { Router } from './http/router.ts';
import { accessMetrics } from './metrics/access-metrics.ts';
import { cacheMetrics } from './metrics/cache-metrics.ts';
import { metricsHandler } from './metrics/handler.ts';
import { HealthMeter } from './metrics/health-meter.ts';
import { MeteredStorage } from './metrics/metered-storage.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { handshakeErrors, registerServerMetrics } from './metrics/server-metrics.ts';
import { storedResources } from './metrics/stored-resources.ts';
import { ServedKinds } from './served-kinds.ts';
import { HttpListener } from './server.ts';
import { Compactor } from './store/compactor.ts';
import { ServerObjectStore } from './store/object-store.ts';
import { WatchCache } from './store/watch-cache.ts';
import { startTracing, type Tracing } from './tracing/tracing.ts';
import { AdmissionChain } from './writes/admission-chain.ts';
import { EventLeases } from './writes/event-leases.ts';
import { HookRegistry } from './writes/kind-hooks.ts';
import { ObjectWriter } from './writes/object-writer.ts';
import type { Registry } from './writes/registry.ts';
import { flagzHandler } from './zpages/flagz.ts';
import { statuszHandler } from './zpages/statusz.ts';

/** How long requests under way may keep the server from closing. */
const CLOSE_PATIENCE_MS = 5_000;

export interface ApiServerOptions {
  readonly config: ApiServerConfig;
  readonly definitions: readonly ResourceDefinition[];
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
}

interface Parts {
  readonly listener: HttpListener;
  readonly dispatcher: Dispatcher;
  readonly cache: WatchCache;
  readonly compactor: Compactor;
  readonly readiness: Readiness;
  readonly abort: AbortController;
  readonly audit: Auditor | undefined;
  readonly tracing: Tracing | undefined;
  readonly failed: Promise<never>;
}

/** A running API server. */
export class ApiServer {
  readonly #parts: Parts;
  /** The server's own objects, for tests and embedding. */
  readonly core: ServerCore;

  private constructor(parts: Parts, core: ServerCore) {
    this.#parts = parts;
    this.core = core;
  }

  /** Loads the cache, runs the start hooks, listens; resolves when the server is ready. */
  static async start({ storage: bare, ...given }: ApiServerOptions): Promise<ApiServer> {
    const { config, definitions, clock, log } = given;
    const tracing = await startTracing(config.tracing);
    const metrics = new MetricsRegistry();
    const metered = new MeteredStorage(bare, metrics, storedResources(definitions));
    const storage = encrypted(tracing ? tracing.storage(metered) : metered, config.encryption, definitions, transformationMeter(metrics));
    const options = { ...given, storage };
    const abort = new AbortController();
    const failure = Promise.withResolvers<never>();
    failure.promise.catch((error: Error) => log.error({ error: error.message }, 'storage watch ended'));
    const cache = new WatchCache(storage, clock, failure.reject);
    await cache.open(definitions);
    const admission = new AdmissionChain();
    const writer = new ObjectWriter(storage, cache, new EventLeases(storage, clock, config.eventTTLSeconds));
    const kinds = new ServedKinds(definitions);
    const registry: Registry = { cache, writer, admission, hooks: new HookRegistry(), clock, find: kinds.find.bind(kinds) };
    const store = new ServerObjectStore(registry, definitions, abort.signal);
    const core: ServerCore = { config, definitions, kinds, registry, store, storage, clock, log, metrics, signal: abort.signal };
    const extensions = assemble(core);
    admission.use(extensions.admission, extensions.admissionMetrics);
    const readiness = new Readiness(extensions.startHooks.map(({ name }) => name));
    registerServerMetrics(metrics, bare, clock.now());
    cacheMetrics(metrics, cache);
    for (const one of extensions.metrics) one.register(metrics);
    const fairness = fairnessOf(core, metrics);
    const router = routerOf(options, registry, kinds, extensions, readiness, metrics, fairness);
    const auditing = auditMeter(metrics);
    const audit = config.audit && (await Auditor.open(config.audit, clock, log, auditing));
    const dispatcher = dispatcherOf(core, extensions, router, metrics, audit, fairness, tracing);
    try {
      // Before listening: a client that comes early would be told that it is forbidden what it may do a moment later.
      for (const hook of extensions.startHooks) {
        await hook.run(core);
        readiness.finished(hook.name);
      }
      const handshakes = handshakeErrors(metrics);
      const listener = await HttpListener.listen(config, dispatcher, () => handshakes.inc());
      return new ApiServer(
        {
          listener,
          dispatcher,
          cache,
          compactor: new Compactor(storage, clock, log),
          readiness,
          abort,
          failed: failure.promise,
          audit,
          tracing,
        },
        core,
      );
    } catch (error) {
      abort.abort(error);
      cache.close();
      await tracing?.[Symbol.asyncDispose]();
      throw error;
    }
  }

  get port(): number {
    return this.#parts.listener.port;
  }

  /** Rejects when storage no longer tells of changes: what the server shows is old from then on, and only a new one can help. */
  get failed(): Promise<never> {
    return this.#parts.failed;
  }

  /** Answers what is under way and lets go of everything but storage, which is the caller's. */
  async close(): Promise<void> {
    const { readiness, abort, compactor, dispatcher, listener, cache, audit, tracing } = this.#parts;
    readiness.stopping();
    abort.abort(new Error('the server is stopping'));
    compactor[Symbol.dispose]();
    await dispatcher.idle(CLOSE_PATIENCE_MS);
    await listener.close();
    await audit?.[Symbol.asyncDispose]();
    await tracing?.[Symbol.asyncDispose]();
    cache.close();
  }
}

function routerOf(
  options: ApiServerOptions,
  registry: Registry,
  kinds: ServedKinds,
  extensions: ServerExtensions,
  readiness: Readiness,
  metrics: MetricsRegistry,
  fairness: RequestFairness | undefined,
): Router {
  const { config, definitions, storage, clock } = options;
  const limits = { minRequestTimeoutSeconds: config.minRequestTimeoutSeconds };
  const pods = registry.find('', 'v1', 'pods');
  const virtualResources = [...extensions.virtualResources, ...(pods ? [bindingResource(registry, pods)] : [])];
  const catalog = remembered(
    () => kinds.all,
    (all) => catalogOf({ definitions: all, subresources: extensions.subresources, virtualResources }),
  );
  const health = new HealthMeter();
  const handlers: RequestHandler[] = [
    ...extensions.handlers,
    discoveryHandler(() => mergeGroups(catalog(), extensions.remoteGroups()), `${config.advertiseAddress}:${config.securePort}`),
    openApiHandler(definitions, virtualResources, config.openApiDescriptions, extensions.openApi, extensions.remoteOpenApi),
    versionHandler,
    metricsHandler('/metrics', metrics),
    metricsHandler('/metrics/slis', health.registry),
    ...healthHandlers(storage, readiness, health),
    flagzHandler(config.flags ?? {}),
    statuszHandler(clock, clock.now(), () => listedPaths(handlers)),
    indexHandler(() => listedPaths(handlers)),
    ...(fairness ? [fairnessDumps(fairness)] : []),
  ];
  return new Router({
    endpoints: new Endpoints(
      kinds,
      { registry, storage, clock, limits, authorizer: unionAuthorizer(extensions.authorizers) },
      extensions.observedResources,
    ),
    subresources: extensions.subresources,
    virtualResources,
    handlers,
    clock,
  });
}

/** Makes a value anew only when what it is made from is another. */
function remembered<From, To>(source: () => From, make: (from: From) => To): () => To {
  let last: { from: From; to: To } | undefined;
  return () => {
    const from = source();
    if (last?.from !== from) last = { from, to: make(from) };
    return last.to;
  };
}

/** A request waits for a seat for a quarter of the time it has. */
function fairnessOf(core: ServerCore, metrics: MetricsRegistry): RequestFairness | undefined {
  const { config, signal } = core;
  if (!config.maxRequestsInFlight) return undefined;
  const maxWaitMs = (config.requestTimeoutSeconds * 1000) / 4;
  const metersFor = (state: FairnessState) => fairnessMeters(metrics, state);
  const fairness = new RequestFairness(core, { totalSeats: config.maxRequestsInFlight, maxWaitMs, metersFor });
  signal.addEventListener('abort', () => fairness[Symbol.dispose](), { once: true });
  return fairness;
}

function dispatcherOf(
  { config, clock, log, signal }: ServerCore,
  extensions: ServerExtensions,
  router: Router,
  metrics: MetricsRegistry,
  audit: Auditor | undefined,
  fairness: RequestFairness | undefined,
  tracing: Tracing | undefined,
): Dispatcher {
  return new Dispatcher({
    authentication: new RequestAuthentication(extensions.authenticators, log),
    authorizer: unionAuthorizer(extensions.authorizers),
    filters: extensions.filters,
    observers: [new RequestMetrics(metrics), accessMetrics(metrics), ...extensions.observers],
    audit,
    fairness,
    tracing,
    router,
    maxBodyBytes: config.maxRequestBodyBytes,
    requestTimeoutMs: config.requestTimeoutSeconds * 1000,
    clock,
    log,
    signal,
  });
}
