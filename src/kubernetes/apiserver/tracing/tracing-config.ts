import { parse } from 'yaml';
import { z } from 'zod';
import { whileDoing } from '../../../base/errors.ts';

/** Where traces go and how many: `--tracing-config-file`. */
export interface TracingConfig {
  /** An OTLP receiver that speaks gRPC without TLS, `host:port`. */
  readonly endpoint: string;
  /** Of requests whose caller does not already trace. */
  readonly samplingRatePerMillion: number;
}

const MILLION = 1_000_000;

const configuration = z.strictObject({
  apiVersion: z.enum(['apiserver.config.k8s.io/v1', 'apiserver.config.k8s.io/v1beta1', 'apiserver.config.k8s.io/v1alpha1']),
  kind: z.literal('TracingConfiguration'),
  endpoint: z
    .string()
    .regex(/^(?:(?:dns|http|unix):\/\/\/?)?[^/\s]+(?::\d+)?(?:\/\S*)?$/, 'must be a host and a port')
    .default('localhost:4317'),
  samplingRatePerMillion: z
    .int()
    .min(0, 'sampling rate must be positive')
    .max(MILLION, 'sampling rate per million must be less than or equal to one million')
    .default(0),
});

/** Throws about the faults of a file's text. */
export function parseTracingConfig(text: string): TracingConfig {
  try {
    const { endpoint, samplingRatePerMillion } = configuration.parse(parse(text));
    return { endpoint, samplingRatePerMillion };
  } catch (error) {
    throw whileDoing('reading the tracing configuration', error instanceof z.ZodError ? new Error(z.prettifyError(error)) : error);
  }
}
