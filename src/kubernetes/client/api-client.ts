import type { KubeList, KubeObject, WatchEvent } from '../machinery/meta.ts';
import type { ResourceType } from '../machinery/resource.ts';

/** Where an object lives. `namespace` is ignored for cluster-scoped kinds. */
export interface ObjectRef {
  namespace?: string | undefined;
  name: string;
}

export interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  limit?: number;
  continue?: string;
  resourceVersion?: string;
  resourceVersionMatch?: 'Exact' | 'NotOlderThan';
  /** Only kind, apiVersion and metadata (PartialObjectMetadata). */
  metadataOnly?: boolean;
}

/** `resourceVersion` as returned by the list or bookmark the watch goes on from. */
export interface WatchOptions extends Omit<ListOptions, 'limit' | 'continue'> {
  allowWatchBookmarks?: boolean;
  sendInitialEvents?: boolean;
  timeoutSeconds?: number;
}

export interface WriteOptions {
  dryRun?: boolean;
  fieldManager?: string;
  fieldValidation?: 'Ignore' | 'Warn' | 'Strict';
}

export interface PatchOptions extends WriteOptions {
  type: 'json' | 'merge' | 'strategic' | 'apply';
  subresource?: string;
  force?: boolean;
}

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  preconditions?: { uid?: string; resourceVersion?: string };
}

export interface RawOptions {
  body?: unknown;
  /** Default `application/json`. */
  accept?: string;
}

/**
 * One connection to an API server. Every method throws {@link ApiError} for an answer that is a failure and
 * the transport's own error when there was no answer; `signal` cancels the request.
 */
export interface ApiClient {
  get<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, signal?: AbortSignal): Promise<T>;
  list<T extends KubeObject>(type: ResourceType<T>, options?: ListOptions, signal?: AbortSignal): Promise<KubeList<T>>;
  /** Events from `resourceVersion` on; ends when the server ends the watch, throws on ERROR events. */
  watch<T extends KubeObject>(type: ResourceType<T>, options: WatchOptions, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
  create<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions, signal?: AbortSignal): Promise<T>;
  update<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions, signal?: AbortSignal): Promise<T>;
  updateStatus<T extends KubeObject>(type: ResourceType<T>, object: T, options?: WriteOptions, signal?: AbortSignal): Promise<T>;
  patch<T extends KubeObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    patch: unknown,
    options: PatchOptions,
    signal?: AbortSignal,
  ): Promise<T>;
  /** The object as it is left where finalizers or a grace period keep it; undefined when it is gone. */
  delete<T extends KubeObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    options?: DeleteOptions,
    signal?: AbortSignal,
  ): Promise<T | undefined>;
  deleteCollection(type: ResourceType, options: ListOptions & DeleteOptions, signal?: AbortSignal): Promise<void>;
  /** POST to a subresource that takes its own kind: `binding`, `eviction`, `token`. */
  createSubresource<R>(type: ResourceType, ref: ObjectRef, subresource: string, body: unknown, signal?: AbortSignal): Promise<R>;
  /** Any other request; the answer's body as text. */
  raw(method: string, path: string, options?: RawOptions, signal?: AbortSignal): Promise<string>;
}

/** An {@link ApiClient} and the connection it owns. */
export interface ApiConnection extends ApiClient, Disposable {}
