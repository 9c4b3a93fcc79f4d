import type { Duplex, Readable } from 'node:stream';
import type { Registry as MetricsRegistry } from 'prom-client';
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { ResourceDefinition } from '../api/define.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { Storage } from '../storage/storage.ts';
import type { AdmissionPlugin } from './admission/admission.ts';
import type { Authenticator } from './authentication/authenticator.ts';
import type { Authorizer } from './authorization/authorizer.ts';
import type { ApiServerConfig } from './config.ts';
import type { DiscoveredGroup } from './discovery/catalog.ts';
import type { HttpResponse } from './http/response.ts';
import type { AdmissionMetrics } from './metrics/admission-metrics.ts';
import type { CustomOpenApi } from './openapi/custom.ts';
import type { RemoteOpenApi } from './openapi/remote.ts';
import type { ObjectStore } from './registry.ts';
import type { RequestContext } from './request.ts';
import type { ServedKinds } from './served-kinds.ts';
import type { Registry } from './writes/registry.ts';

/** What the server's core gives to everything that plugs into it; `assemble.ts` hands it out. */
export interface ServerCore {
  readonly config: ApiServerConfig;
  /** Every built-in kind. */
  readonly definitions: readonly ResourceDefinition[];
  /** Those, and custom resources. */
  readonly kinds: ServedKinds;
  /** For those who write objects of custom kinds. */
  readonly registry: Registry;
  readonly store: ObjectStore;
  /** For what is kept beside objects. */
  readonly storage: Storage;
  readonly clock: Clock;
  readonly log: Log;
  /** What `/metrics` shows. */
  readonly metrics: MetricsRegistry;
  /** Aborted when the server stops. */
  readonly signal: AbortSignal;
}

/** The body of a request, read at most once; rejects when it is over the server's limit. */
export interface ReadBody {
  (): Promise<Buffer>;
  /** The body as it comes, of any size: for those who pass it on. Either this or the call above. */
  readonly stream: Readable;
}

/** How discovery lists a subresource or virtual resource. `group` and `version` only where the kind's differ from the parent's. */
export interface DiscoveredKind {
  kind: string;
  group?: string;
  version?: string;
  verbs: readonly string[];
}

/**
 * A subresource that streams or speaks bytes instead of objects: `pods/log`, `pods/exec`, `services/proxy`.
 * The request is authenticated and authorized; admission (CONNECT) is the handler's, through `admitConnect`.
 */
export interface SubresourceHandler {
  /** `pods/log`, with the group where it is not core: `widgets.example.com/exec`. */
  readonly path: string;
  readonly discovery: DiscoveredKind;
  handle(request: RequestContext, response: HttpResponse, readBody: ReadBody): Promise<void>;
  /** An HTTP/1.1 upgrade (WebSocket, SPDY) of this path. The handler owns the socket from here on. */
  upgrade?(request: RequestContext, socket: Duplex, head: Buffer): Promise<void>;
}

/**
 * A kind that is asked and never stored: reviews (`plural` alone), or what a subresource of a stored kind takes by
 * POST (`serviceaccounts/token`: plural `serviceaccounts`, subresource `token`). The body arrives decoded,
 * defaulted by its schema and checked for unknown fields.
 */
export interface VirtualResource {
  /** Where it is served, which for a subresource is its parent's group and version. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly singular: string;
  readonly subresource?: string;
  readonly namespaced: boolean;
  readonly kind: string;
  /** Where the kind itself lives, if not in `group` and `version`. */
  readonly kindGroup?: string;
  readonly kindVersion?: string;
  /** OpenAPI definition name of the kind. */
  readonly schema: string;
  /** Of the answer, where that is of another kind. */
  readonly answerSchema?: string;
  /** The answer, sent with 201. */
  create(object: KubeObject, request: RequestContext, options: { dryRun: boolean }): KubeObject | Promise<KubeObject>;
}

/** Objects of a kind that nobody writes and nothing stores: found anew whenever somebody asks. */
export interface ObservedResource {
  readonly group: string;
  readonly plural: string;
  names(): readonly string[];
  observe(name: string): Promise<KubeObject>;
}

/** Anything that takes whole requests: extra non-resource paths, aggregated API groups. */
export interface RequestHandler {
  /** True for requests that this handler answers. Asked after authentication and authorization. */
  accepts(request: RequestContext): boolean;
  /** What `/` lists of it. */
  paths?(): readonly string[];
  handle(request: RequestContext, response: HttpResponse, readBody: ReadBody): Promise<void>;
  upgrade?(request: RequestContext, socket: Duplex, head: Buffer): Promise<void>;
}

/** Changes who asks (impersonation) or refuses; runs after authentication, before authorization. */
export interface RequestFilter {
  readonly name: string;
  apply(request: RequestContext): void | Promise<void>;
}

/** Sees every request: metrics, audit. */
export interface RequestObserver {
  started?(request: RequestContext): void;
  /** Who asks was found out, or not. */
  authenticated?(outcome: 'success' | 'failure' | 'error', username: string, durationMs: number): void;
  /** Whether they may was found out, or not. */
  authorized?(outcome: 'allowed' | 'denied' | 'no-opinion' | 'error', durationMs: number): void;
  /** The server ended it to protect itself: it took too long, or there was no room. */
  terminated?(request: RequestContext, code: number): void;
  /** Its answer had begun and was broken off. */
  aborted?(request: RequestContext): void;
  finished(request: RequestContext, code: number, durationMs: number): void;
}

/** Something that runs once when the server starts, in order, before it reports ready: bootstrap objects, repair loops. */
export interface StartHook {
  /** As in `/readyz?verbose`: `[+]poststarthook/<name> ok`. */
  readonly name: string;
  run(core: ServerCore): Promise<void>;
}

/** Everything that plugs into the server. One list, written out in `assemble.ts`. */
export interface ServerExtensions {
  authenticators: readonly Authenticator[];
  authorizers: readonly Authorizer[];
  filters: readonly RequestFilter[];
  admission: readonly AdmissionPlugin[];
  admissionMetrics: AdmissionMetrics;
  /** To be shown with the server's own. */
  metrics: readonly Pick<AdmissionMetrics, 'register'>[];
  subresources: readonly SubresourceHandler[];
  virtualResources: readonly VirtualResource[];
  observedResources: readonly ObservedResource[];
  /** Asked before the built-in resources and paths. */
  handlers: readonly RequestHandler[];
  observers: readonly RequestObserver[];
  /** API groups that other servers answer for, to be shown in discovery. Asked at every request. */
  remoteGroups(): readonly DiscoveredGroup[];
  /** Custom resources, for the OpenAPI documents; the same array until they change. */
  openApi(): readonly CustomOpenApi[];
  /** What other servers say of themselves, for the OpenAPI documents; the same object until it changes. */
  remoteOpenApi(): RemoteOpenApi;
  startHooks: readonly StartHook[];
}
