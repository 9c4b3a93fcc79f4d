import { controllerOf } from '../api/helpers/owners.ts';
import { replicaSets, replicationControllers, services, statefulSets } from '../api/resources.ts';
import type { Lister } from '../client/informer.ts';
import type { KubeObject } from '../machinery/meta.ts';
import type { ResourceType } from '../machinery/resource.ts';
import type { Selector } from '../machinery/selectors.ts';
import { selectorFrom, selectorFromLabels, selectorOf } from '../machinery/selectors.ts';
import type { DefaultSelector } from './plugins/pod-topology-spread.ts';

/** Reads a type's objects; undefined where the server does not have the type. */
export type FindLister = <T extends KubeObject>(type: ResourceType<T>) => Lister<T> | undefined;

/** The pods a pod is spread with by default: those of its Services and of its workload, all together. */
export function defaultSelectorFrom(lister: FindLister): DefaultSelector {
  return (pod) => {
    const { namespace = '', labels } = pod.metadata;
    const selectors: Selector[] = [];
    for (const { spec } of lister(services)?.list(namespace) ?? []) {
      if (!spec?.selector || Object.keys(spec.selector).length === 0) continue;
      const selector = selectorFromLabels(spec.selector);
      if (selector.matches(labels)) selectors.push(selector);
    }
    const owner = controllerOf(pod);
    if (owner) selectors.push(...ownerSelector(`${namespace}/${owner.name}`, owner.kind, lister));
    return selectors.length === 0 ? undefined : selectorOf(selectors.flatMap(({ requirements }) => [...requirements]));
  };
}

function ownerSelector(key: string, kind: string, lister: FindLister): Selector[] {
  if (kind === 'ReplicationController') {
    const selector = lister(replicationControllers)?.get(key)?.spec?.selector;
    return selector ? [selectorFromLabels(selector)] : [];
  }
  const workload =
    kind === 'ReplicaSet' ? lister(replicaSets)?.get(key) : kind === 'StatefulSet' ? lister(statefulSets)?.get(key) : undefined;
  return workload ? [selectorFrom(workload.spec.selector)] : [];
}
