import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import type { KubeList, KubeObject, WatchEvent } from '../machinery/meta.ts';
import type { ResourceType } from '../machinery/resource.ts';
import { apiVersionOf, resourcePath } from '../machinery/resource.ts';
import type { Status } from '../machinery/status.ts';
import { ApiError } from '../machinery/status.ts';
import type { ApiClient, ApiConnection, DeleteOptions, ObjectRef, WatchOptions } from './api-client.ts';
import type { ClientConfig } from './client-config.ts';
import { type BearerTokens, TokenSource } from './credentials.ts';
import { deleteCollectionRequest, deleteRequest, listRequest, patchRequest, watchRequest, writeRequest } from './request.ts';
import { Session } from './session.ts';
import { chunksOf } from './stream-chunks.ts';
import { Transport } from './transport.ts';

/**
 * A client of the API server that `config` names. Nothing is sent before the first request; a connection that
 * breaks is opened again by the next one. Dispose it to end every request and watch.
 */
export function connect(config: ClientConfig, clock: Clock = systemClock): ApiConnection {
  const session = new Session(config, clock);
  const client = clientOver(new Transport(session, new TokenSource(config.token, clock), config.userAgent));
  return { ...client, [Symbol.dispose]: () => session[Symbol.dispose]() };
}

/** One connection to the server that `config` names, for clients each of which says by its token who it is. */
export class TokenConnection implements Disposable {
  readonly #session: Session;

  constructor(config: ClientConfig, clock: Clock = systemClock) {
    // The certificate of a connection would speak before any token.
    this.#session = new Session({ ...config, clientCertificate: undefined, clientKey: undefined }, clock);
  }

  clientWith(tokens: BearerTokens, userAgent: string): ApiClient {
    return clientOver(new Transport(this.#session, tokens, userAgent));
  }

  [Symbol.dispose](): void {
    this.#session[Symbol.dispose]();
  }
}

function clientOver(transport: Transport): ApiClient {
  const send = async <R>(request: Parameters<Transport['send']>[0], signal?: AbortSignal) =>
    JSON.parse(await transport.send(request, signal)) as R;

  return {
    get: (type, ref, signal) => send({ method: 'GET', path: resourcePath(type, ref) }, signal),

    async list<T extends KubeObject>(type: ResourceType<T>, options = {}, signal?: AbortSignal) {
      const list = await send<KubeList<T>>(listRequest(type, options), signal);
      list.items ??= [];
      for (const item of list.items) identify(item, type);
      return list;
    },

    async *watch<T extends KubeObject>(type: ResourceType<T>, options: WatchOptions, signal: AbortSignal) {
      const stream = await transport.stream(watchRequest(type, options), signal);
      for await (const line of linesOf(chunksOf(stream))) yield parseEvent<T>(line);
    },

    create: (type, object, options, signal) => {
      const path = resourcePath(type, { namespace: object.metadata.namespace });
      return send(writeRequest('POST', path, withKind(type, object), options), signal);
    },
    update: (type, object, options, signal) => {
      return send(writeRequest('PUT', pathOf(type, object), withKind(type, object), options), signal);
    },
    updateStatus: (type, object, options, signal) => {
      return send(writeRequest('PUT', pathOf(type, object, 'status'), withKind(type, object), options), signal);
    },
    patch: (type, ref, patch, options, signal) => {
      const path = resourcePath(type, { ...ref, subresource: options.subresource });
      return send(patchRequest(path, patch, options), signal);
    },
    async delete<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, options: DeleteOptions = {}, signal?: AbortSignal) {
      const answer = await send<T>(deleteRequest(resourcePath(type, ref), options), signal);
      return answer.kind === 'Status' ? undefined : answer;
    },
    async deleteCollection(type, options, signal) {
      await transport.send(deleteCollectionRequest(type, options), signal);
    },
    createSubresource: (type, ref, subresource, body, signal) => {
      return send(writeRequest('POST', resourcePath(type, { ...ref, subresource }), body), signal);
    },
    raw: (method, path, { body, accept } = {}, signal) => {
      return transport.send({ ...(body === undefined ? { method, path } : writeRequest(method, path, body)), accept }, signal);
    },
  };
}

function pathOf(type: ResourceType, { metadata: { namespace, name } }: KubeObject, subresource?: string): string {
  return resourcePath(type, { namespace, name, subresource });
}

function withKind<T extends KubeObject>(type: ResourceType<T>, object: T): T {
  return object.kind && object.apiVersion ? object : { ...object, apiVersion: apiVersionOf(type), kind: type.kind };
}

/** Items of a list come without kind and apiVersion. */
function identify(object: KubeObject, type: ResourceType): void {
  object.apiVersion ??= apiVersionOf(type);
  object.kind ??= type.kind;
}

function parseEvent<T extends KubeObject>(line: string): WatchEvent<T> {
  const event = JSON.parse(line) as WatchEvent<T>;
  if (event.type === 'ERROR') throw new ApiError(event.object as unknown as Status);
  return event;
}

/** The lines of a stream; chunks are joined only where a line crosses them. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      rest.push(chunk.subarray(from, end));
      const line = rest.length === 1 ? (rest[0] as Buffer) : Buffer.concat(rest);
      rest = [];
      from = end + 1;
      if (line.length > 0) yield line.toString('utf8');
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
}
