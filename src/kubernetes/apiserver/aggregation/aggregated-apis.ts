import { describeError } from '../../../base/errors.ts';
import type { APIService } from '../../api/generated/apiregistration-v1.ts';
import { ApiError } from '../../machinery/status.ts';
import type { RequestHandler } from '../extensions.ts';
import type { RequestContext } from '../request.ts';
import type { BackendClient } from '../streaming/backend.ts';
import { forwardedHeaders } from '../streaming/forwarded-headers.ts';
import { relay, send } from '../streaming/http-proxy.ts';
import { serviceUnavailable } from '../streaming/proxy-target.ts';
import { proxyUpgrade } from '../streaming/upgrade-proxy.ts';
import { clientSpan } from '../tracing/client-span.ts';
import { isAvailable, type RemoteServices } from './remote-services.ts';
import { userHeaders } from './user-headers.ts';

const PATH = /^\/(?:openapi\/v3\/)?apis\/([^/]+)\/([^/]+)(?:\/|$)/;

/** Passes requests for an API group that another server answers on to it, with the user's name. */
export function aggregatedApis(remote: RemoteServices, client: BackendClient): RequestHandler {
  const serviceOf = ({ info }: RequestContext): APIService | undefined => {
    const [, group = '', version = ''] = PATH.exec(info.path) ?? [];
    return group ? remote.find(group, version) : undefined;
  };
  return {
    accepts: (request) => serviceOf(request) !== undefined,
    async handle(request, response, readBody) {
      const backend = reachable(remote, serviceOf(request));
      const headers = { ...forwardedHeaders(request.headers, { upgrade: false }), ...userHeaders(request.user) };
      const body = request.method === 'GET' || request.method === 'HEAD' ? undefined : readBody.stream;
      const { method, url: path, signal } = request;
      const answer = await reach(
        clientSpan(`HTTP ${method}`, { 'http.target': path }, (trace) =>
          send(client, backend, { method, path, headers: { ...headers, ...trace }, signal }, body),
        ),
      );
      await relay(answer, response);
    },
    async upgrade(request, socket, head) {
      const backend = reachable(remote, serviceOf(request));
      const headers = { ...forwardedHeaders(request.headers, { upgrade: true }), ...userHeaders(request.user) };
      await reach(
        proxyUpgrade(client, backend, { method: request.method, path: request.url, headers, signal: request.signal }, socket, head),
      );
    },
  };
}

function reachable(remote: RemoteServices, service: APIService | undefined) {
  if (!service || !isAvailable(service)) throw serviceUnavailable('service unavailable');
  return remote.backendOf(service);
}

async function reach<T>(attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw error instanceof ApiError ? error : serviceUnavailable(`error trying to reach service: ${describeError(error)}`);
  }
}
