import { Client, credentials, status as GrpcCode, Metadata, type ServiceError } from '@grpc/grpc-js';
import { decode, encode, type Init, type MessageName } from './codec.ts';
import type { Calls, ContainerEventResponse } from './runtime-v1.ts';
import { callTypes } from './runtime-v1-fields.ts';

/** A runtime's refusal or a broken connection. */
export class CriError extends Error {
  override readonly name = 'CriError';
  readonly code: number;

  constructor(message: string, code: number, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }

  /** As Go prints gRPC errors; users meet this text in events and status messages. */
  get rpcText(): string {
    return `rpc error: code = ${codeName(this.code)} desc = ${this.message}`;
  }
}

export const isNotFoundCri = (error: unknown): boolean => error instanceof CriError && error.code === GrpcCode.NOT_FOUND;
export const isUnavailableCri = (error: unknown): boolean => error instanceof CriError && error.code === GrpcCode.UNAVAILABLE;

/** The message Kubernetes shows for a failed CRI call. */
export function criErrorText(error: unknown): string {
  if (error instanceof CriError) return error.rpcText;
  return error instanceof Error ? error.message : String(error);
}

function codeName(code: number): string {
  const name = GrpcCode[code] ?? 'UNKNOWN';
  return name.toLowerCase().replace(/(^|_)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds; none means the runtime may take as long as it likes. */
  timeout?: number | undefined;
}

const MAX_MESSAGE = 16 * 1024 * 1024;
const DEFAULT_TIMEOUT = 2 * 60_000;

/** One gRPC connection to a CRI runtime's unix socket: RuntimeService, ImageService and the event stream. */
export class CriClient implements Disposable {
  readonly #client: Client;

  constructor(socket: string) {
    const target = socket.includes('://') ? socket : `unix://${socket}`;
    this.#client = new Client(target, credentials.createInsecure(), {
      'grpc.max_receive_message_length': MAX_MESSAGE,
      'grpc.max_send_message_length': MAX_MESSAGE,
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.min_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 1_000,
      'grpc.default_authority': 'localhost',
    });
  }

  /** Any unary call of the CRI. Throws {@link CriError}. */
  call<M extends keyof Calls>(method: M, request: Init<Calls[M]['input']>, options: CallOptions = {}): Promise<Calls[M]['output']> {
    const [service, input, output] = callTypes[method].split(' ') as [string, MessageName, MessageName];
    const deadline = options.timeout === Number.POSITIVE_INFINITY ? undefined : Date.now() + (options.timeout ?? DEFAULT_TIMEOUT);
    return new Promise((resolve, reject) => {
      if (options.signal?.aborted) return reject(options.signal.reason);
      const onAbort = () => call.cancel();
      const call = this.#client.makeUnaryRequest(
        `/runtime.v1.${service}/${method}`,
        (value: object) => Buffer.from(encode(input, value)),
        (bytes: Buffer) => decode(output, bytes) as Calls[M]['output'],
        request,
        new Metadata(),
        deadline === undefined ? {} : { deadline },
        (error: ServiceError | null, value?: Calls[M]['output']) => {
          options.signal?.removeEventListener('abort', onAbort);
          if (error)
            reject(options.signal?.aborted ? options.signal.reason : new CriError(error.details || error.message, error.code, error));
          else resolve(value as Calls[M]['output']);
        },
      );
      options.signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** The runtime's container events until the stream breaks (throws) or `signal` aborts (ends). */
  async *containerEvents(signal: AbortSignal): AsyncGenerator<ContainerEventResponse> {
    const stream = this.#client.makeServerStreamRequest(
      '/runtime.v1.RuntimeService/GetContainerEvents',
      (value: object) => Buffer.from(encode('GetEventsRequest', value)),
      (bytes: Buffer) => decode('ContainerEventResponse', bytes) as ContainerEventResponse,
      {},
      new Metadata(),
      {},
    );
    const onAbort = () => stream.cancel();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      for await (const event of stream) yield event as ContainerEventResponse;
    } catch (error) {
      if (signal.aborted) return;
      const failure = error as ServiceError;
      throw new CriError(failure.details ?? String(error), failure.code ?? GrpcCode.UNKNOWN, error);
    } finally {
      signal.removeEventListener('abort', onAbort);
      stream.cancel();
    }
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}
