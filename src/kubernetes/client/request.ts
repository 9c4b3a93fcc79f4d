import type { ResourceType } from '../machinery/resource.ts';
import { resourcePath } from '../machinery/resource.ts';
import type { DeleteOptions, ListOptions, PatchOptions, WatchOptions, WriteOptions } from './api-client.ts';

/** One HTTP request, ready to be sent. */
export interface ApiRequest {
  method: string;
  path: string;
  accept?: string;
  contentType?: string;
  body?: string;
}

const METADATA_ONLY = (kind: string) => `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`;

const PATCH_TYPES: Record<PatchOptions['type'], string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  // JSON is YAML.
  apply: 'application/apply-patch+yaml',
};

export function listRequest(type: ResourceType, options: ListOptions): ApiRequest {
  return {
    method: 'GET',
    path: withQuery(resourcePath(type, options), selection(options)),
    ...(options.metadataOnly ? { accept: METADATA_ONLY('PartialObjectMetadataList') } : {}),
  };
}

export function watchRequest(type: ResourceType, options: WatchOptions): ApiRequest {
  const { allowWatchBookmarks, sendInitialEvents, timeoutSeconds } = options;
  return {
    method: 'GET',
    path: withQuery(resourcePath(type, options), {
      watch: true,
      ...selection(options),
      allowWatchBookmarks,
      sendInitialEvents,
      timeoutSeconds,
    }),
    ...(options.metadataOnly ? { accept: METADATA_ONLY('PartialObjectMetadata') } : {}),
  };
}

export function writeRequest(method: string, path: string, body: unknown, options: WriteOptions = {}): ApiRequest {
  return { method, path: withQuery(path, writing(options)), contentType: 'application/json', body: JSON.stringify(body) };
}

export function patchRequest(path: string, patch: unknown, options: PatchOptions): ApiRequest {
  return {
    method: 'PATCH',
    path: withQuery(path, { ...writing(options), force: options.force }),
    contentType: PATCH_TYPES[options.type],
    body: JSON.stringify(patch),
  };
}

export function deleteRequest(path: string, { gracePeriodSeconds, propagationPolicy, preconditions }: DeleteOptions): ApiRequest {
  const body = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds, propagationPolicy, preconditions };
  return { method: 'DELETE', path, contentType: 'application/json', body: JSON.stringify(body) };
}

export function deleteCollectionRequest(type: ResourceType, options: ListOptions & DeleteOptions): ApiRequest {
  return deleteRequest(withQuery(resourcePath(type, options), selection(options)), options);
}

type QueryValue = string | number | boolean | undefined;

function selection(options: ListOptions): Record<string, QueryValue> {
  const { labelSelector, fieldSelector, limit, resourceVersion, resourceVersionMatch } = options;
  return { labelSelector, fieldSelector, limit, continue: options.continue, resourceVersion, resourceVersionMatch };
}

function writing({ dryRun, fieldManager, fieldValidation }: WriteOptions): Record<string, QueryValue> {
  return { dryRun: dryRun ? 'All' : undefined, fieldManager, fieldValidation };
}

function withQuery(path: string, query: Record<string, QueryValue>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(name, String(value));
  }
  return params.size === 0 ? path : `${path}?${params}`;
}
