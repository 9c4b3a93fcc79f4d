import type { ObjectMeta } from '../../machinery/meta.ts';

/** Annotations in which autoscaling/v1 carries what its fields cannot say. They exist in that version only. */
export const METRICS = 'autoscaling.alpha.kubernetes.io/metrics';
export const BEHAVIOR = 'autoscaling.alpha.kubernetes.io/behavior';
export const CURRENT_METRICS = 'autoscaling.alpha.kubernetes.io/current-metrics';
export const CONDITIONS = 'autoscaling.alpha.kubernetes.io/conditions';

const ALL = [METRICS, BEHAVIOR, CURRENT_METRICS, CONDITIONS];

/** Metadata without them: itself where there are none. */
export function withoutVersionAnnotations(metadata: ObjectMeta): ObjectMeta {
  const { annotations } = metadata;
  if (!annotations || !ALL.some((name) => name in annotations)) return metadata;
  const kept = Object.entries(annotations).filter(([name]) => !ALL.includes(name));
  const { annotations: _, ...rest } = metadata;
  return kept.length > 0 ? { ...rest, annotations: Object.fromEntries(kept) } : rest;
}
