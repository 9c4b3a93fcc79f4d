import type { Clock } from '../../../base/clock.ts';
import type { ResourceDefinition } from '../../api/define.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Authorizer } from '../authorization/authorizer.ts';
import type { ObservedResource, ReadBody } from '../extensions.ts';
import type { HttpResponse } from '../http/response.ts';
import type { RequestContext } from '../request.ts';
import type { ObjectCache } from '../store/resource-cache.ts';
import type { Registry } from '../writes/registry.ts';

/** One served resource, with all that its handlers need. */
export interface Endpoint {
  readonly definition: ResourceDefinition;
  readonly cache: ObjectCache;
  readonly registry: Registry;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly limits: RequestLimits;
  /** For requests that come to do more than their verb says. */
  readonly authorizer: Authorizer;
  /** Of kinds that are not stored: nothing is in the cache. */
  readonly observed?: ObservedResource | undefined;
  /** Aborted when the resource is no longer served, or no longer like this: watches end. */
  readonly ended?: AbortSignal | undefined;
}

export interface RequestLimits {
  readonly minRequestTimeoutSeconds: number;
}

/** One request for an endpoint. */
export interface Exchange {
  readonly endpoint: Endpoint;
  readonly request: RequestContext;
  readonly response: HttpResponse;
  readonly readBody: ReadBody;
}

export type Handler = (exchange: Exchange) => Promise<void>;
