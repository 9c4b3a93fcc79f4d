import type { IncomingMessage } from 'node:http';
import { describeError } from '../../../base/errors.ts';
import { nodes, pods, services } from '../../api/resources.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { SubresourceHandler } from '../extensions.ts';
import type { RequestContext } from '../request.ts';
import { admitConnect } from './connect-options.ts';
import { forwardedHeaders } from './forwarded-headers.ts';
import { relay, send } from './http-proxy.ts';
import { isPage, relayPage, throughProxy } from './page-relay.ts';
import type { StreamingParts } from './pod-streams.ts';
import { type Locate, nodeLocation, podLocation, serviceLocation } from './proxy-locations.ts';
import { serviceUnavailable } from './proxy-target.ts';
import { proxyUpgrade } from './upgrade-proxy.ts';

const VERBS = ['create', 'delete', 'get', 'patch', 'update'];

/** `nodes/proxy`, `pods/proxy` and `services/proxy`: HTTP and upgrades to what an object stands for. */
export function objectProxies(parts: StreamingParts): SubresourceHandler[] {
  return [
    objectProxy(nodes, 'NodeProxyOptions', nodeLocation(parts.store, parts.kubelets), parts),
    objectProxy(pods, 'PodProxyOptions', podLocation(parts.store), parts),
    objectProxy(services, 'ServiceProxyOptions', serviceLocation(parts.store), parts),
  ];
}

function objectProxy(resource: ResourceType, kind: string, locate: Locate, { client, admission }: StreamingParts): SubresourceHandler {
  return {
    path: `${resource.plural}/proxy`,
    discovery: { kind, verbs: VERBS },
    async handle(request, response, readBody) {
      await admitConnect(admission, resource, kind, request);
      const place = placeOf(request);
      // Relative links of an index page need the slash.
      if (place.path === '' && (request.method === 'GET' || request.method === 'HEAD')) {
        response.statusCode = 301;
        response.setHeader('location', `${request.info.path}/${place.search}`);
        return void response.end();
      }
      const backend = locate(request);
      const headers = { ...forwardedHeaders(request.headers, { upgrade: false }), ...forwardedFor(request, place.prefix) };
      const outgoing = { method: request.method, path: `${place.path || '/'}${place.search}`, headers, signal: request.signal };
      const answer = await reach(send(client, backend, outgoing, hasBody(request) ? readBody.stream : undefined));
      if (answer.headers.location) return await relay(answer, response, redirected(answer, place.prefix));
      if (request.method !== 'HEAD' && isPage(answer)) return await reach(relayPage(answer, response, place.prefix));
      await relay(answer, response);
    },
    async upgrade(request, socket, head) {
      await admitConnect(admission, resource, kind, request);
      const { path, search } = placeOf(request);
      const headers = forwardedHeaders(request.headers, { upgrade: true });
      const outgoing = { method: request.method, path: `${path || '/'}${search}`, headers, signal: request.signal };
      await reach(proxyUpgrade(client, locate(request), outgoing, socket, head));
    },
  };
}

async function reach<T>(attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw serviceUnavailable(`error trying to reach service: ${describeError(error)}`);
  }
}

/** The part of the URL that is the backend's, with its query, and the part before it. */
function placeOf(request: RequestContext): { prefix: string; path: string; search: string } {
  const mark = request.url.indexOf('?');
  const full = mark < 0 ? request.url : request.url.slice(0, mark);
  // The fifth or later segment `proxy`, after the object's name: names hold no slash, so that it is the first one there.
  const match = /^(\/api\/v1\/(?:namespaces\/[^/]+\/)?(?:nodes|pods|services)\/[^/]+\/proxy)(.*)$/.exec(full);
  return { prefix: match?.[1] ?? full, path: match?.[2] ?? '', search: mark < 0 ? '' : request.url.slice(mark) };
}

function hasBody({ method, headers }: RequestContext): boolean {
  if (method === 'GET' || method === 'HEAD') return headers['content-length'] !== undefined && headers['content-length'] !== '0';
  return headers['content-length'] !== '0';
}

function forwardedFor(request: RequestContext, prefix: string): Record<string, string> {
  const client = request.socket.remoteAddress ?? '';
  const before = request.headers['x-forwarded-for'];
  return {
    'x-forwarded-for': before ? `${before}, ${client}` : client,
    'x-forwarded-host': request.headers.host ?? String(request.headers[':authority'] ?? ''),
    'x-forwarded-proto': 'https',
    'x-forwarded-uri': prefix,
  };
}

/** A redirect to the backend's own paths must lead through the proxy again; one elsewhere leads elsewhere. */
function redirected({ headers }: IncomingMessage, prefix: string): Record<string, string> {
  const { location } = headers;
  return location ? { location: throughProxy(location, prefix) } : {};
}
