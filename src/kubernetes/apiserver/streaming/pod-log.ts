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
import { chooseProtocol, sendThroughWebSocket } from './web-socket-stream.ts';

const MAX_FAULT_BYTES = 64 * 1024;

/** `kubectl logs`: the kubelet's stream, passed on as it comes. */
export function podLog(parts: StreamingParts): SubresourceHandler {
  return {
    path: 'pods/log',
    discovery: { kind: 'Pod', verbs: ['get'] },
    async handle(request, response) {
      const log = await openLog(parts, request);
      if (!log) return void endEmpty(response);
      await relay(log, response, { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' });
    },
    async upgrade(request, socket, head) {
      const protocol = chooseProtocol(request.headers);
      const log = await openLog(parts, request);
      if (!log) return void socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n');
      await sendThroughWebSocket(log, protocol, { request, socket, head });
    },
  };
}

/** The log as the kubelet sends it; undefined for a pod without a node, which has said nothing yet. */
async function openLog({ store, kubelets, client }: StreamingParts, request: RequestContext): Promise<IncomingMessage | undefined> {
  const pod = podOf(store, request);
  const query = kubeletLogQuery(request.query, request.info.name);
  const container = chooseContainer(pod, request.query.get('container') ?? '');
  const nodeName = pod.spec?.nodeName;
  if (!nodeName) return undefined;
  const { namespace, name } = request.info;
  const answer = await logsFrom(client, kubelets, nodeName, `/containerLogs/${namespace}/${name}/${container}?${query}`, request);
  if ((answer.statusCode ?? 500) > 299) throw await faultOf(answer, name);
  return answer;
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
