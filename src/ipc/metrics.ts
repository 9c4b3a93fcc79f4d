import { z } from 'zod';
import { call, contract } from './contract.ts';

export const MetricSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('node'), name: z.string() }),
  z.object({ kind: z.literal('pod'), namespace: z.string(), name: z.string() }),
]);
export type MetricSubject = z.infer<typeof MetricSubject>;

/** Columns of equal length; a gap in the measurements is null. */
export const MetricHistory = z.object({
  /** Seconds since the epoch. */
  times: z.number().array(),
  /** Cores. */
  cpu: z.number().nullable().array(),
  /** Bytes of the working set. */
  memory: z.number().nullable().array(),
});
export type MetricHistory = z.infer<typeof MetricHistory>;

export const UsageSample = z.object({ key: z.string(), cpu: z.number(), memory: z.number() });
export type UsageSample = z.infer<typeof UsageSample>;

/** CPU and memory, measured and kept inside the cluster. */
export const metricsIpc = contract('metrics', {
  history: call(z.object({ cluster: z.string(), subject: MetricSubject, minutes: z.number().min(1) }), MetricHistory),
  /** The latest use of every pod (`namespace/name`) and node (`name`), from metrics.k8s.io. */
  latest: call(z.object({ cluster: z.string() }), z.object({ pods: UsageSample.array(), nodes: UsageSample.array() })),
});
