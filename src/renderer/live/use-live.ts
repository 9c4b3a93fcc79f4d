import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { KubeObject } from '../../kubernetes/machinery/meta.ts';
import { type ResourceType, resourcePath } from '../../kubernetes/machinery/resource.ts';
import { kube } from '../ipc/session.ts';
import { LiveCollection, type LiveSnapshot } from './live-collection.ts';

/** A collection nobody looks at stays current this long, so that going back is instant. */
const LINGER_MS = 30_000;
const RETRY_MS = 1_000;
/** Long lists are drawn at most four times a second; short ones with every frame. */
const LONG = 2_000;
const LONG_PAUSE_MS = 250;

const collections = new Map<string, LiveCollection>();

function collectionOf<T extends KubeObject>(cluster: string, resource: ResourceType<T>): LiveCollection<T> {
  const key = `${cluster} ${resourcePath(resource)}`;
  let collection = collections.get(key);
  if (!collection) {
    collection = new LiveCollection({
      cluster,
      resource,
      watch: kube.watch,
      schedule: (notify, size) => void (size > LONG ? setTimeout(notify, LONG_PAUSE_MS) : requestAnimationFrame(notify)),
      later: (retry) => void setTimeout(retry, RETRY_MS),
    });
    collections.set(key, collection);
  }
  return collection as unknown as LiveCollection<T>;
}

/** Forgets what is known of a cluster that is gone, so that a successor of the same name starts empty. */
export function forgetCluster(cluster: string): void {
  for (const [key, collection] of collections) {
    if (!key.startsWith(`${cluster} `)) continue;
    collection.stop();
    collections.delete(key);
  }
}

/** Every object of a kind in a cluster, live. */
export function useLive<T extends KubeObject>(cluster: string, resource: ResourceType<T>): LiveSnapshot<T> {
  const collection = useMemo(() => collectionOf(cluster, resource), [cluster, resource]);
  useEffect(() => {
    collection.start();
    return () => {
      setTimeout(() => {
        if (!collection.watched) collection.stop();
      }, LINGER_MS);
    };
  }, [collection]);
  return useSyncExternalStore(collection.subscribe, collection.getSnapshot);
}

/** One object, live; undefined while it is not known (yet). */
export function useLiveObject<T extends KubeObject>(cluster: string, resource: ResourceType<T>, key: string): T | undefined {
  const { items } = useLive(cluster, resource);
  return useMemo(() => {
    void items;
    return collectionOf(cluster, resource).get(key);
  }, [cluster, resource, key, items]);
}
