import { hostname } from 'node:os';
import type { Storage } from '../../storage/storage.ts';
import { traceRequest } from './request-tracing.ts';
import { TracedStorage } from './traced-storage.ts';
import type { TracingConfig } from './tracing-config.ts';

/** What a server that traces does differently. */
export interface Tracing extends AsyncDisposable {
  readonly traceRequest: typeof traceRequest;
  storage(storage: Storage): Storage;
}

/** Begins to trace; undefined without a configuration. */
export async function startTracing(config: TracingConfig | undefined): Promise<Tracing | undefined> {
  if (!config) return undefined;
  // Two megabytes that a server without traces does without.
  const { sendTraces } = await import('./tracer-provider.ts');
  const sending = sendTraces(config, `apiserver-${hostname()}`);
  return {
    traceRequest,
    storage: (storage) => new TracedStorage(storage),
    [Symbol.asyncDispose]: () => sending[Symbol.asyncDispose](),
  };
}
