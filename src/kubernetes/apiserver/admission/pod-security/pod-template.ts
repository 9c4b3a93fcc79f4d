import type { KubeObject } from '../../../machinery/meta.ts';
import type { ObjectMetaLike, PodSpec } from './types.ts';

interface Template {
  metadata?: ObjectMetaLike;
  spec?: PodSpec;
}

interface WithTemplate extends KubeObject {
  template?: Template;
  spec?: { template?: Template; jobTemplate?: { spec?: { template?: Template } } };
}

type Read = (object: KubeObject) => Template | undefined;

const inSpec: Read = (object) => (object as WithTemplate).spec?.template;

const TEMPLATES: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['replicationcontrollers', inSpec],
  ['podtemplates', (object) => (object as WithTemplate).template],
  ['replicasets.apps', inSpec],
  ['deployments.apps', inSpec],
  ['statefulsets.apps', inSpec],
  ['daemonsets.apps', inSpec],
  ['jobs.batch', inSpec],
  ['cronjobs.batch', (object) => (object as WithTemplate).spec?.jobTemplate?.spec?.template],
]);

/** How to find the pod template in objects of a kind (`deployments.apps`) that makes pods. */
export function podTemplateOf(resource: string): Read | undefined {
  return TEMPLATES.get(resource);
}
