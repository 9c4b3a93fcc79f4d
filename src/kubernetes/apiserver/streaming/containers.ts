import type { Pod } from '../../api/generated/core-v1.ts';
import { pods } from '../../api/resources.ts';
import { badRequest, notFound } from '../../machinery/status.ts';
import { allContainers } from '../authorization/node/pod-references.ts';
import type { ObjectStore } from '../registry.ts';
import type { RequestContext } from '../request.ts';

export function podOf(store: ObjectStore, { info }: RequestContext): Pod {
  const pod = store.get(pods, info.namespace, info.name);
  if (!pod) throw notFound(pods, info.name);
  return pod;
}

/** The container a request means: the one it names, or the only one. */
export function chooseContainer(pod: Pod, wanted: string): string {
  const { name } = pod.metadata;
  const all = pod.spec ? [...allContainers(pod.spec)].map((container) => container.name) : [];
  if (wanted) {
    if (!all.includes(wanted)) throw badRequest(`container ${wanted} is not valid for pod ${name}`);
    return wanted;
  }
  const [only, ...others] = pod.spec?.containers ?? [];
  if (!only) throw badRequest(`a container name must be specified for pod ${name}`);
  if (others.length > 0) throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`);
  return only.name;
}

export function nodeOf(pod: Pod): string {
  const nodeName = pod.spec?.nodeName;
  if (!nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  return nodeName;
}
