import { decode, encode, type Init, type MessageName } from './codec.ts';
import { GrpcChannel, GrpcError, grpcCode } from './grpc-channel.ts';
import type { Calls, ContainerEventResponse } from './runtime-v1.ts';
import { callTypes } from './runtime-v1-fields.ts';

/** A runtime's refusal or a broken connection. */
export class CriError extends GrpcError {
  override readonly name = 'CriError';

  /** As Go prints gRPC errors; users meet this text in events and status messages. */
  get rpcText(): string {
    return `rpc error: code = ${CODE_NAMES[this.code] ?? 'Unknown'} desc = ${this.message}`;
  }
}

const CODE_NAMES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

export const isNotFoundCri = (error: unknown): boolean => error instanceof CriError && error.code === grpcCode.NOT_FOUND;

/** The message Kubernetes shows for a failed CRI call. */
export function criErrorText(error: unknown): string {
  if (error instanceof CriError) return error.rpcText;
  return error instanceof Error ? error.message : String(error);
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  /** Milliseconds; infinite means the runtime may take as long as it likes. */
  timeout?: number | undefined;
}

const DEFAULT_TIMEOUT = 2 * 60_000;

/** A CRI runtime at a unix socket: RuntimeService, ImageService and the event stream. */
export class CriClient implements Disposable {
  readonly #channel: GrpcChannel;

  constructor(socket: string) {
    this.#channel = new GrpcChannel(socket.replace(/^unix:\/\//, ''), 'slipway-kubelet');
  }

  /** Any unary call of the CRI. Throws {@link CriError}. */
  async call<M extends keyof Calls>(method: M, request: Init<Calls[M]['input']>, options: CallOptions = {}): Promise<Calls[M]['output']> {
    const [service, input, output] = callTypes[method].split(' ') as [string, MessageName, MessageName];
    const wanted = options.timeout ?? DEFAULT_TIMEOUT;
    const settings = { signal: options.signal, timeout: Number.isFinite(wanted) ? wanted : undefined };
    try {
      const bytes = await this.#channel.unary(`/runtime.v1.${service}/${method}`, encode(input, request), settings);
      return decode(output, bytes) as Calls[M]['output'];
    } catch (error) {
      throw asCriError(error);
    }
  }

  /** The runtime's container events until the stream breaks (throws) or `signal` aborts (ends). */
  async *containerEvents(signal: AbortSignal): AsyncGenerator<ContainerEventResponse> {
    try {
      const path = '/runtime.v1.RuntimeService/GetContainerEvents';
      for await (const bytes of this.#channel.stream(path, encode('GetEventsRequest', {}), { signal })) {
        yield decode('ContainerEventResponse', bytes) as ContainerEventResponse;
      }
    } catch (error) {
      if (!signal.aborted) throw asCriError(error);
    }
  }

  [Symbol.dispose](): void {
    this.#channel[Symbol.dispose]();
  }
}

function asCriError(error: unknown): unknown {
  return error instanceof GrpcError ? new CriError(error.message, error.code, error) : error;
}
