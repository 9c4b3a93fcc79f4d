import type { Job } from '../../api/generated/batch-v1.ts';
import type { Container, EnvVar, Pod } from '../../api/generated/core-v1.ts';
import { jobs } from '../../api/resources.ts';
import { podFromTemplate } from '../framework/pod-control.ts';
import { COMPLETION_INDEX, INDEX_FAILURE_COUNT } from './indexes.ts';
import { TRACKING } from './tracking.ts';

/** A pod of the Job, of an Indexed one for `index`. */
export function jobPod(job: Job, index: number | undefined, failures: number): Pod {
  const pod = podFromTemplate(job.spec.template, job, jobs);
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), TRACKING];
  return index === undefined ? pod : withIndex(job, pod, index, failures);
}

function withIndex(job: Job, pod: Pod, index: number, failures: number): Pod {
  const { metadata, spec } = pod;
  metadata.generateName = `${(job.metadata.name ?? '').slice(0, 220)}-${index}-`;
  metadata.annotations = { ...metadata.annotations, [COMPLETION_INDEX]: String(index) };
  if (job.spec.backoffLimitPerIndex !== undefined) metadata.annotations[INDEX_FAILURE_COUNT] = String(failures);
  metadata.labels = { ...metadata.labels, [COMPLETION_INDEX]: String(index) };
  // By this name the pods of a Job find each other through a headless Service.
  spec.hostname = `${job.metadata.name}-${index}`;
  spec.containers = spec.containers.map(withIndexVariable);
  if (spec.initContainers) spec.initContainers = spec.initContainers.map(withIndexVariable);
  return pod;
}

const INDEX_VARIABLE: EnvVar = {
  name: 'JOB_COMPLETION_INDEX',
  valueFrom: { fieldRef: { fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } },
};

function withIndexVariable(container: Container): Container {
  const { env = [] } = container;
  return env.some(({ name }) => name === INDEX_VARIABLE.name) ? container : { ...container, env: [...env, INDEX_VARIABLE] };
}
