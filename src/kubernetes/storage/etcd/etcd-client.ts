import { randomInt } from 'node:crypto';
import { Client, type ClientDuplexStream, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { Clock } from '../../../base/clock.ts';
import { CompactedError, FutureRevisionError } from '../storage.ts';
import {
  decodeNothing,
  decodeRange,
  decodeSwap,
  decodeWatch,
  encodeCompaction,
  encodeLeaseGrant,
  encodeLeaseRevoke,
  encodeRange,
  encodeSwap,
  encodeWatch,
  type RangeRequest,
  type RangeResponse,
  type SwapRequest,
  type SwapResponse,
  type WatchCreateRequest,
  type WatchResponse,
} from './messages.ts';

/** How to reach etcd; PEM texts, as `--etcd-cafile`, `--etcd-certfile` and `--etcd-keyfile` name them. */
export interface EtcdConfig {
  /** `https://host:2379`, one for each member. */
  readonly servers: readonly string[];
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export type WatchStream = ClientDuplexStream<WatchCreateRequest | 'progress', WatchResponse>;

interface Call<Request, Response> {
  readonly path: string;
  readonly encode: (request: Request) => Buffer;
  readonly decode: (bytes: Buffer) => Response;
}

const RANGE: Call<RangeRequest, RangeResponse> = { path: '/etcdserverpb.KV/Range', encode: encodeRange, decode: decodeRange };
const SWAP: Call<SwapRequest, SwapResponse> = { path: '/etcdserverpb.KV/Txn', encode: encodeSwap, decode: decodeSwap };
const COMPACT: Call<number, void> = { path: '/etcdserverpb.KV/Compact', encode: encodeCompaction, decode: decodeNothing };
const GRANT = { path: '/etcdserverpb.Lease/LeaseGrant', encode: encodeLeaseGrant, decode: decodeNothing };
const REVOKE: Call<number, void> = { path: '/etcdserverpb.Lease/LeaseRevoke', encode: encodeLeaseRevoke, decode: decodeNothing };
const WATCH: Call<WatchCreateRequest | 'progress', WatchResponse> = {
  path: '/etcdserverpb.Watch/Watch',
  encode: encodeWatch,
  decode: decodeWatch,
};

const CALL_PATIENCE_MS = 30_000;
const RETRY_MS = 100;
const KEEPALIVE_MS = 30_000;
const KEEPALIVE_PATIENCE_MS = 10_000;
/** Lease ids are 64 bits wide, our numbers are not, so we choose the ids. */
const LARGEST_LEASE = 2 ** 48 - 1;

const OPTIONS = {
  // A page of a list may be larger than the 4 MB that are usual.
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.keepalive_time_ms': KEEPALIVE_MS,
  'grpc.keepalive_timeout_ms': KEEPALIVE_PATIENCE_MS,
  'grpc.initial_reconnect_backoff_ms': RETRY_MS,
  'grpc.max_reconnect_backoff_ms': 2_000,
} as const;

/** etcd's v3 API, as far as storage needs it, on whichever member answers. */
export class EtcdClient {
  readonly #clients: readonly Client[];
  readonly #clock: Clock;
  readonly #closing = new AbortController();
  #current = 0;

  constructor({ servers, ca, cert, key }: EtcdConfig, clock: Clock) {
    this.#clock = clock;
    this.#clients = servers.map((server) => {
      const { protocol, host } = new URL(server);
      const tls = () => credentials.createSsl(pem(ca), pem(key), pem(cert));
      return new Client(host, protocol === 'https:' ? tls() : credentials.createInsecure(), OPTIONS);
    });
  }

  range(request: RangeRequest): Promise<RangeResponse> {
    return this.#ask(RANGE, request, isUnavailable);
  }

  /** Not repeated once it may have reached a server: nobody could say which of the two attempts won. */
  swap(request: SwapRequest): Promise<SwapResponse> {
    return this.#ask(SWAP, request, wasNeverSent);
  }

  compact(revision: number): Promise<void> {
    return this.#ask(COMPACT, revision, wasNeverSent);
  }

  /** Returns the new lease's id. */
  async grantLease(seconds: number): Promise<number> {
    const id = randomInt(1, LARGEST_LEASE);
    await this.#ask(GRANT, { id, seconds: Math.ceil(seconds) }, wasNeverSent);
    return id;
  }

  async revokeLease(id: number): Promise<void> {
    await this.#ask(REVOKE, id, isUnavailable);
  }

  watch(): WatchStream {
    const metadata = new Metadata();
    // A member that is cut off from the others ends the watch rather than let it fall behind.
    metadata.set('hasleader', 'true');
    return this.#client.makeBidiStreamRequest(WATCH.path, WATCH.encode, WATCH.decode, metadata);
  }

  /** Later calls go to the next member. */
  moveToNextServer(): void {
    this.#current = (this.#current + 1) % this.#clients.length;
  }

  close(): void {
    this.#closing.abort(new Error('the connection to etcd is closed'));
    for (const client of this.#clients) client.close();
  }

  get #client(): Client {
    return this.#clients[this.#current] as Client;
  }

  async #ask<Request, Response>(
    call: Call<Request, Response>,
    request: Request,
    mayRepeat: (error: ServiceError) => boolean,
  ): Promise<Response> {
    const deadline = this.#clock.now() + CALL_PATIENCE_MS;
    for (;;) {
      const asked = this.#current;
      try {
        return await unary(this.#client, call, request, deadline);
      } catch (error) {
        const failure = error as ServiceError;
        if (!mayRepeat(failure) || this.#closing.signal.aborted || this.#clock.now() >= deadline) throw await this.#explain(failure);
        if (asked === this.#current) this.moveToNextServer();
        await this.#clock.sleep(RETRY_MS, this.#closing.signal);
      }
    }
  }

  async #explain(error: ServiceError): Promise<Error> {
    if (error.code !== status.OUT_OF_RANGE) return new Error(`etcd: ${error.details || error.message}`, { cause: error });
    if (error.details.includes('compacted')) return new CompactedError(0);
    return new FutureRevisionError((await this.range({ key: '\0', keysOnly: true })).revision);
  }
}

function unary<Request, Response>(
  client: Client,
  { path, encode, decode }: Call<Request, Response>,
  request: Request,
  deadline: number,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(path, encode, decode, request, new Metadata(), { deadline }, (error, response) => {
      if (error) reject(error);
      else resolve(response as Response);
    });
  });
}

function isUnavailable(error: ServiceError): boolean {
  return error.code === status.UNAVAILABLE;
}

function wasNeverSent(error: ServiceError): boolean {
  return isUnavailable(error) && error.details.startsWith('No connection established');
}

function pem(text: string | undefined): Buffer | null {
  return text === undefined ? null : Buffer.from(text);
}
