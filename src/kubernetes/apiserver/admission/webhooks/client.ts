import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Clock } from '../../../../base/clock.ts';
import { services } from '../../../api/resources.ts';
import type { WebhookLocation } from '../../../api/validation/admissionregistration/client-config.ts';
import { parseJson } from '../../../machinery/codec/json-value.ts';
import { ApiError } from '../../../machinery/status.ts';
import type { ObjectStore } from '../../registry.ts';
import type { Backend, BackendClient } from '../../streaming/backend.ts';
import { pickEndpoint } from '../../streaming/service-endpoints.ts';
import { clientSpan } from '../../tracing/client-span.ts';
import { FailedAnswer } from './failed-answer.ts';
import { describeNetworkError } from './network-errors.ts';

export interface WebhookClientConfig extends WebhookLocation {
  /** PEM in base64; without it the system's authorities are trusted. */
  caBundle?: string;
}

const HTTPS_PORT = 443;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** Posts JSON to webhooks, wherever they are, over connections that are kept. */
export class WebhookClient {
  readonly #store: ObjectStore;
  readonly #client: BackendClient;
  readonly #clock: Clock;

  constructor(store: ObjectStore, client: BackendClient, clock: Clock) {
    this.#store = store;
    this.#client = client;
    this.#clock = clock;
  }

  /** The answer to `body`, parsed. Throws what Go's client would say: `Post "https://...": connection refused`. */
  async post(config: WebhookClientConfig, body: object, timeoutSeconds: number, signal: AbortSignal): Promise<object> {
    const url = urlOf(config);
    url.searchParams.set('timeout', `${timeoutSeconds}s`);
    const late = new AbortController();
    using _ = this.#clock.after(timeoutSeconds * 1000, () => late.abort(new Error('context deadline exceeded')));
    const both = AbortSignal.any([signal, late.signal]);
    let answer: { code: number; text: string };
    try {
      answer = await this.#exchange(config, url, Buffer.from(JSON.stringify(body)), both);
    } catch (error) {
      const why = late.signal.aborted ? 'context deadline exceeded' : signal.aborted ? 'context canceled' : describeNetworkError(error);
      throw new Error(`Post "${shown(config, url)}": ${why}`, { cause: error });
    }
    if (answer.code < 200 || answer.code > 299) throw new FailedAnswer(answer.code, answer.text);
    return parsed(answer.text);
  }

  async #exchange(config: WebhookClientConfig, url: URL, body: Buffer, signal: AbortSignal): Promise<{ code: number; text: string }> {
    const backend = this.#backendOf(config, url);
    return clientSpan('HTTP POST', { 'http.url': shown(config, url) }, async (trace) => {
      const answer = await this.#send(backend, `${url.pathname}${url.search}`, { host: url.host, ...trace }, body, signal);
      return { code: answer.statusCode ?? 0, text: await textOf(answer) };
    });
  }

  #backendOf({ service, caBundle }: WebhookClientConfig, url: URL): Backend {
    const tls = caBundle ? { ca: Buffer.from(caBundle, 'base64').toString('utf8') } : {};
    if (!service) {
      const host = url.hostname.replace(/^\[|\]$/g, '');
      return { scheme: 'https', hosts: [host], port: Number(url.port || HTTPS_PORT), tls: isIP(host) ? tls : { ...tls, servername: host } };
    }
    const { namespace = '', name = '', port = HTTPS_PORT } = service;
    const found = this.#store.get(services, namespace, name);
    if (!found) throw new Error(`service "${name}" not found`);
    const named = { ...tls, servername: `${name}.${namespace}.svc` };
    if (found.spec?.type === 'ExternalName') return { scheme: 'https', hosts: [found.spec.externalName ?? ''], port, tls: named };
    const endpoint = pickEndpoint(this.#store, found, String(port));
    return { scheme: 'https', hosts: [endpoint.ip], port: endpoint.port, tls: named };
  }

  #send(backend: Backend, path: string, given: Record<string, string>, body: Buffer, signal: AbortSignal): Promise<IncomingMessage> {
    const headers = {
      ...given,
      'content-type': 'application/json',
      accept: 'application/json, */*',
      'user-agent': 'kube-apiserver-admission',
      'content-length': String(body.length),
    };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const request = this.#client.open(
      backend,
      backend.hosts[0] as string,
      { method: 'POST', path, headers, signal },
      { ownConnection: false },
    );
    request.once('response', resolve);
    request.on('error', (error) => {
      // A kept connection that the webhook has closed: nothing was read, so the question is put again on another.
      if (request.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET' && !signal.aborted) {
        this.#send(backend, path, given, body, signal).then(resolve, reject);
      } else reject(error);
    });
    request.end(body);
    return promise;
  }
}

function urlOf({ url, service }: WebhookClientConfig): URL {
  if (url) return new URL(url);
  const { namespace, name, path = '', port = HTTPS_PORT } = service ?? {};
  return new URL(`https://${name}.${namespace}.svc:${port}${path.startsWith('/') ? path : `/${path}`}`);
}

/** Services are shown with their port even where it is the usual one. */
function shown({ service }: WebhookClientConfig, url: URL): string {
  const text = url.toString();
  return service && url.port === '' ? text.replace(url.host, `${url.host}:${service.port ?? HTTPS_PORT}`) : text;
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error('the response is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): object {
  try {
    const value = parseJson(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new Error(`couldn't get version/kind; json parse error: ${(error as Error).message}`, { cause: error });
  }
  throw new ApiError({ message: `couldn't get version/kind; json parse error: not an object` });
}
