import type { Job } from '../generated/batch-v1.ts';

const PREFIX = 'batch.kubernetes.io/';

/** Unless told otherwise, a job finds its pods by labels of its own: its uid, and its name for people. */
export function labelJobPods(job: Job): void {
  const { spec, metadata } = job;
  if (!spec || spec.manualSelector) return;
  const labels: Record<string, string> = {};
  for (const prefix of ['', PREFIX]) {
    labels[`${prefix}controller-uid`] = metadata.uid ?? '';
    labels[`${prefix}job-name`] = metadata.name ?? '';
  }
  spec.template.metadata ??= {};
  spec.template.metadata.labels = { ...labels, ...spec.template.metadata.labels };
  spec.selector ??= {};
  spec.selector.matchLabels = { [`${PREFIX}controller-uid`]: metadata.uid ?? '', ...spec.selector.matchLabels };
}
