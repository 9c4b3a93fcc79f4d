import { Server, ServerCredentials } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { startApiServer } from '../../support/api-server.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** A receiver of traces over OTLP's gRPC; keeps the messages as they came. */
class TraceReceiver implements AsyncDisposable {
  readonly #server = new Server();
  readonly #messages: Buffer[] = [];
  endpoint = '';

  static async start(): Promise<TraceReceiver> {
    const receiver = new TraceReceiver();
    const path = { path: EXPORT, requestStream: false, responseStream: false };
    const bytes = { requestDeserialize: (given: Buffer) => given, requestSerialize: (given: Buffer) => given };
    const empty = { responseDeserialize: () => Buffer.alloc(0), responseSerialize: () => Buffer.alloc(0) };
    receiver.#server.addService(
      { export: { ...path, ...bytes, ...empty } },
      {
        export: (call: { request: Buffer }, answer: (error: null, value: Buffer) => void) => {
          receiver.#messages.push(call.request);
          answer(null, Buffer.alloc(0));
        },
      },
    );
    const port = await new Promise<number>((resolve, reject) => {
      receiver.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    receiver.endpoint = `127.0.0.1:${port}`;
    return receiver;
  }

  /** Everything received: names and attributes are readable in it, identifiers are their bytes. */
  get received(): Buffer {
    return Buffer.concat(this.#messages);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.forceShutdown();
  }
}

const traceparent = (id: string, sampled: boolean) => ({ traceparent: `00-${id}-00f067aa0ba902b7-${sampled ? '01' : '00'}` });
const ours = '4bf92f3577b34da6a3ce929d0e0e4736';
const foreign = '5bf92f3577b34da6a3ce929d0e0e4737';

test('requests and what they ask of storage are traced, in the trace of a caller who is trusted', async () => {
  await using receiver = await TraceReceiver.start();
  {
    // At this rate nothing is sampled by itself.
    await using api = await startApiServer({ config: { tracing: { endpoint: receiver.endpoint, samplingRatePerMillion: 0 } } });
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'traced' } };
    expect((await api.call('POST', CONFIG_MAPS, { body, headers: traceparent(ours, true) })).code).toBe(201);
    expect((await api.call('GET', `${CONFIG_MAPS}/traced`)).code).toBe(200);
    // Anonymous: its wish to be sampled does not count.
    expect((await api.call('GET', '/version', { token: '', headers: traceparent(foreign, true) })).code).toBe(200);
  }
  // The server is closed: it has sent what it had.
  const seen = receiver.received;
  expect(seen.includes(Buffer.from(ours, 'hex'))).toBe(true);
  expect(seen.includes('POST /api/v1/namespaces/{:namespace}/configmaps')).toBe(true);
  expect(seen.includes('storage write')).toBe(true);
  expect(seen.includes('/registry/configmaps/default/traced')).toBe(true);
  expect(seen.includes('GET /api/v1/namespaces/{:namespace}/configmaps/{:name}')).toBe(false);
  expect(seen.includes(Buffer.from(foreign, 'hex'))).toBe(false);
});
