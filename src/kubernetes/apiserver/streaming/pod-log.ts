import type { IncomingMessage } from 'node:http';
import { describeError } from '../../../base/errors.ts';
import { ApiError, badRequest, internalError } from '../../machinery/status.ts';
import type { SubresourceHandler } from '../extensions.ts';
import type { HttpResponse } from '../http/response.ts';
import type { RequestContext } from '../request.ts';
import type { BackendClient } from './backend.ts';
import { chooseContainer, podOf } from './containers.ts';
import { relay, send } from './http-proxy.ts';
import type { Kubelets } from './kubelets.ts';
import { kubeletLogQuery } from './log-options.ts';
import type { StreamingParts } from './pod-streams.ts';

const MAX_FAULT_BYTES = 64 * 1024;

/** `kubectl logs`: the kubelet's stream, passed on as it comes. */
export function podLog({ store, kubelets, client }: StreamingParts): SubresourceHandler {
  return {
    path: 'pods/log',
    discovery: { kind: 'Pod', verbs: ['get'] },
    async handle(request, response) {
      const pod = podOf(store, request);
      const query = kubeletLogQuery(request.query, request.info.name);
      const container = chooseContainer(pod, request.query.get('container') ?? '');
      const nodeName = pod.spec?.nodeName;
      // A pod without a node has said nothing yet.
      if (!nodeName) return void endEmpty(response);
      const { namespace, name } = request.info;
      const answer = await logsFrom(client, kubelets, nodeName, `/containerLogs/${namespace}/${name}/${container}?${query}`, request);
      if ((answer.statusCode ?? 500) > 299) throw await faultOf(answer, name);
      await relay(answer, response, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' });
    },
  };
}

function endEmpty(response: HttpResponse): void {
  response.statusCode = 204;
  response.end();
}

async function logsFrom(
  client: BackendClient,
  kubelets: Kubelets,
  nodeName: string,
  path: string,
  request: RequestContext,
): Promise<IncomingMessage> {
  try {
    return await send(client, kubelets.of(nodeName), { method: 'GET', path, headers: {}, signal: request.signal });
  } catch (error) {
    throw error instanceof ApiError ? error : internalError(`Get "https://${nodeName}${path}": ${describeError(error)}`, error);
  }
}

async function faultOf(answer: IncomingMessage, name: string): Promise<ApiError> {
  let text = '';
  for await (const chunk of answer) {
    text += String(chunk);
    if (text.length > MAX_FAULT_BYTES) break;
  }
  if (answer.statusCode === 400) return badRequest(text);
  if (answer.statusCode === 500) return internalError(text);
  const code = answer.statusCode ?? 500;
  const message = code === 404 ? `the server could not find the requested resource ( pods/log ${name})` : text;
  return new ApiError({
    code,
    ...(code === 404 ? { reason: 'NotFound' as const } : {}),
    message,
    details: { name, kind: 'pods/log', causes: [{ reason: 'UnexpectedServerResponse', message: text }] },
  });
}
