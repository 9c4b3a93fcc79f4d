/** What one pod uses of a metric, in thousandths, when that was measured, and over how many milliseconds. */
export interface Sample {
  readonly value: number;
  readonly at: number;
  readonly window: number;
}

/** Samples by the names of their pods. */
export type Samples = ReadonlyMap<string, Sample>;

/** Why a metric says nothing; people read the message in the autoscaler's conditions and events. */
export class MetricError extends Error {
  override readonly name = 'MetricError';
}
