import type { Duplex } from 'node:stream';
import type { Clock } from '../../../base/clock.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import { ApiError } from '../../machinery/status.ts';
import type { ReadBody, RequestHandler, SubresourceHandler, VirtualResource } from '../extensions.ts';
import type { Endpoint, Exchange, Handler } from '../handlers/endpoint.ts';
import type { Endpoints } from '../handlers/endpoints.ts';
import { handlerFor } from '../handlers/table.ts';
import { handleVirtual } from '../handlers/virtual.ts';
import { handleWatchUpgrade } from '../handlers/watch.ts';
import type { RequestContext } from '../request.ts';
import { type HttpResponse, sendText } from './response.ts';

export interface RouterOptions {
  readonly endpoints: Endpoints;
  readonly subresources: readonly SubresourceHandler[];
  readonly virtualResources: readonly VirtualResource[];
  /** Whole-request handlers: extensions first, then discovery, health and so on. */
  readonly handlers: readonly RequestHandler[];
  readonly clock: Clock;
}

/** Finds who answers a request. */
export class Router {
  readonly #endpoints: Endpoints;
  readonly #subresources: ReadonlyMap<string, SubresourceHandler>;
  readonly #virtual: ReadonlyMap<string, VirtualResource>;
  readonly #handlers: readonly RequestHandler[];
  readonly #clock: Clock;

  constructor(options: RouterOptions) {
    this.#endpoints = options.endpoints;
    this.#subresources = new Map(options.subresources.map((handler) => [handler.path, handler]));
    this.#virtual = new Map(options.virtualResources.map((virtual) => [virtualKey(virtual), virtual]));
    this.#handlers = options.handlers;
    this.#clock = options.clock;
  }

  async handle(request: RequestContext, response: HttpResponse, readBody: ReadBody): Promise<void> {
    for (const handler of this.#handlers) {
      if (handler.accepts(request)) return handler.handle(request, response, readBody);
    }
    if (!request.info.isResourceRequest) {
      if (/^\/apis?\/./.test(request.info.path) && this.#servesGroup(request.info.path)) throw notServed();
      return sendText(request, response, 404, '404 page not found\n');
    }
    const virtual = this.#virtualFor(request);
    if (virtual) return handleVirtual(virtual, request, response, readBody, this.#clock);
    const streaming = this.#streamingFor(request);
    if (streaming) return streaming.handle(request, response, readBody);
    const endpoint = this.#endpoints.find(request.info);
    const handler = endpoint && placed(request, endpoint) ? handlerFor(endpoint, request) : undefined;
    if (!endpoint || !handler) throw notServed();
    const deprecation = endpoint.definition.custom?.deprecation ?? endpoint.definition.deprecation;
    if (deprecation) request.warnings.add(deprecation);
    return (handler as Handler)({ endpoint, request, response, readBody } satisfies Exchange);
  }

  async upgrade(request: RequestContext, socket: Duplex, head: Buffer): Promise<void> {
    const handler = this.#handlers.find((candidate) => candidate.accepts(request)) ?? this.#streamingFor(request);
    if (handler?.upgrade) return handler.upgrade(request, socket, head);
    const endpoint = request.info.verb === 'watch' ? this.#endpoints.find(request.info) : undefined;
    if (!endpoint || !placed(request, endpoint) || !handlerFor(endpoint, request)) throw notServed();
    await handleWatchUpgrade({ endpoint, request }, { request, socket, head });
  }

  #streamingFor({ info }: RequestContext): SubresourceHandler | undefined {
    if (info.subresource === '' || info.name === '') return undefined;
    return this.#subresources.get(`${info.group ? `${info.resource}.${info.group}` : info.resource}/${info.subresource}`);
  }

  #virtualFor({ info }: RequestContext): VirtualResource | undefined {
    return this.#virtual.get(`${apiVersionOf(info)}/${info.resource}/${info.subresource}`);
  }

  /** `/apis/apps/v9`: a group we know at a version we do not. */
  #servesGroup(path: string): boolean {
    const [, prefix, group = ''] = path.split('/');
    return prefix === 'api' || this.#endpoints.servesGroup(group);
  }
}

function virtualKey({ group, version, plural, subresource = '' }: VirtualResource): string {
  return `${apiVersionOf({ group, version })}/${plural}/${subresource}`;
}

/** Objects of namespaced kinds have a namespace in their path; others must not. */
function placed({ info }: RequestContext, { definition }: Endpoint): boolean {
  if (!definition.namespaced) return info.namespace === '' || definition.plural === 'namespaces';
  const depth = (info.group ? 4 : 3) + (info.oldWatch ? 1 : 0);
  return info.namespace !== '' || info.path.split('/').filter(Boolean).length <= depth;
}

export function notServed(): ApiError {
  return new ApiError({ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource', details: {} });
}
