import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { TracingConfig } from './tracing-config.ts';

const MILLION = 1_000_000;

/** Sends traces from now on, for the whole process, until it is disposed of: what is still waiting goes out first. */
export function sendTraces({ endpoint, samplingRatePerMillion: rate }: TracingConfig, serverId: string): AsyncDisposable {
  const exporter = new OTLPTraceExporter({ url: endpoint.includes('://') ? endpoint : `http://${endpoint}` });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'apiserver', 'service.instance.id': serverId }),
    sampler: new ParentBasedSampler({ root: rate > 0 ? new TraceIdRatioBasedSampler(rate / MILLION) : new AlwaysOffSampler() }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  return { [Symbol.asyncDispose]: () => provider.shutdown() };
}
