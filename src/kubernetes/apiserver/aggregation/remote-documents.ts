import type { APIService } from '../../api/generated/apiregistration-v1.ts';
import { MASTERS_GROUP } from '../authentication/identities.ts';
import type { BackendClient } from '../streaming/backend.ts';
import { send } from '../streaming/http-proxy.ts';
import type { RemoteServices } from './remote-services.ts';
import { userHeaders } from './user-headers.ts';

const DOWNLOADER = { username: 'system:aggregator', groups: [MASTERS_GROUP] };
const TIMEOUT_MS = 60_000;

interface Kept {
  readonly etag: string;
  readonly value: object;
}

/** JSON documents of the servers behind APIServices, which are fetched again only when they have changed. */
export class RemoteDocuments {
  readonly #remote: RemoteServices;
  readonly #client: BackendClient;
  readonly #kept = new Map<string, Kept>();

  constructor(remote: RemoteServices, client: BackendClient) {
    this.#remote = remote;
    this.#client = client;
  }

  /** Undefined where the server has no such document; the same object as last time where it has not changed. */
  async get(apiService: APIService, path: string, signal: AbortSignal): Promise<object | undefined> {
    const key = keyOf(apiService, path);
    const kept = this.#kept.get(key);
    const answer = await send(this.#client, this.#remote.backendOf(apiService), {
      method: 'GET',
      path,
      headers: { ...userHeaders(DOWNLOADER), accept: 'application/json', ...(kept?.etag ? { 'if-none-match': kept.etag } : {}) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const chunks: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
    if (answer.statusCode === 304 && kept) return kept.value;
    if (answer.statusCode === 404) return undefined;
    if (answer.statusCode !== 200) throw new Error(`failed to retrieve ${path}: ${answer.statusCode}`);
    const value = JSON.parse(Buffer.concat(chunks).toString()) as object;
    this.#kept.set(key, { etag: String(answer.headers.etag ?? ''), value });
    return value;
  }

  forget(apiService: APIService): void {
    const prefix = keyOf(apiService, '');
    for (const key of this.#kept.keys()) if (key.startsWith(prefix)) this.#kept.delete(key);
  }
}

const keyOf = ({ metadata }: APIService, path: string): string => `${metadata.name} ${path}`;
