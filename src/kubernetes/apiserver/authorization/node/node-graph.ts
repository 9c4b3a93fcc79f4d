import type { PersistentVolume, Pod } from '../../../api/generated/core-v1.ts';
import { persistentVolumes, pods, resourceSlices, volumeAttachments } from '../../../api/resources.ts';
import type { ObjectStore } from '../../registry.ts';
import { podReferences } from './pod-references.ts';
import { persistentVolumeSecrets } from './volume-secrets.ts';

const MIRROR = 'kubernetes.io/config.mirror';

/** How many pods of each node need an object. */
type NodeCounts = Map<string, number>;

/**
 * Which objects belong to which node: node <- pod <- what the pod mentions, and volume claim <- volume <- the
 * volume's secrets. Kept up to date from the store, so that a kubelet's question is a few map look-ups.
 */
export class NodeGraph implements Disposable {
  readonly #store: ObjectStore;
  readonly #references = new Map<string, NodeCounts>();
  readonly #volumesBySecret = new Map<string, Set<string>>();
  readonly #subscriptions = new DisposableStack();

  constructor(store: ObjectStore) {
    this.#store = store;
    this.#subscriptions.use(store.onChange(pods, (next, previous) => this.#replacePod(next, previous)));
    this.#subscriptions.use(store.onChange(persistentVolumes, (next, previous) => this.#replaceVolume(next, previous)));
    for (const pod of store.list(pods)) this.#replacePod(pod, undefined);
    for (const volume of store.list(persistentVolumes)) this.#replaceVolume(volume, undefined);
  }

  [Symbol.dispose](): void {
    this.#subscriptions.dispose();
  }

  /** Whether the object (by plural) is the node's own, or needed by a pod on it. */
  reaches(nodeName: string, plural: string, namespace: string, name: string): boolean {
    switch (plural) {
      case 'pods':
        return this.#store.get(pods, namespace, name)?.spec?.nodeName === nodeName;
      case 'persistentvolumes':
        return this.#reachesVolume(nodeName, name);
      case 'volumeattachments':
        return this.#store.get(volumeAttachments, '', name)?.spec.nodeName === nodeName;
      case 'resourceslices':
        return this.#store.get(resourceSlices, '', name)?.spec.nodeName === nodeName;
      case 'secrets':
        return this.#isReferenced(nodeName, plural, namespace, name) || this.#reachesVolumeSecret(nodeName, namespace, name);
      default:
        return this.#isReferenced(nodeName, plural, namespace, name);
    }
  }

  #isReferenced(nodeName: string, plural: string, namespace: string, name: string): boolean {
    return this.#references.get(`${plural}/${namespace}/${name}`)?.has(nodeName) ?? false;
  }

  #reachesVolume(nodeName: string, name: string): boolean {
    const claim = this.#store.get(persistentVolumes, '', name)?.spec?.claimRef;
    return this.#isReferenced(nodeName, 'persistentvolumeclaims', claim?.namespace ?? '', claim?.name ?? '');
  }

  #reachesVolumeSecret(nodeName: string, namespace: string, name: string): boolean {
    const volumes = this.#volumesBySecret.get(`${namespace}/${name}`);
    return volumes !== undefined && [...volumes].some((volume) => this.#reachesVolume(nodeName, volume));
  }

  #replacePod(next: Pod | undefined, previous: Pod | undefined): void {
    // Few updates of a pod change what it needs: most are its status.
    if (next && previous && keysOf(next).join() === keysOf(previous).join() && next.spec?.nodeName === previous.spec?.nodeName) return;
    if (previous?.spec?.nodeName) for (const key of keysOf(previous)) this.#count(key, previous.spec.nodeName, -1);
    if (next?.spec?.nodeName) for (const key of keysOf(next)) this.#count(key, next.spec.nodeName, 1);
  }

  #count(key: string, nodeName: string, change: number): void {
    const counts = this.#references.get(key) ?? new Map<string, number>();
    const count = (counts.get(nodeName) ?? 0) + change;
    if (count > 0) counts.set(nodeName, count);
    else counts.delete(nodeName);
    if (counts.size > 0) this.#references.set(key, counts);
    else this.#references.delete(key);
  }

  #replaceVolume(next: PersistentVolume | undefined, previous: PersistentVolume | undefined): void {
    for (const key of previous ? persistentVolumeSecrets(previous) : []) {
      const volumes = this.#volumesBySecret.get(key);
      volumes?.delete(previous?.metadata.name ?? '');
      if (volumes?.size === 0) this.#volumesBySecret.delete(key);
    }
    for (const key of next ? persistentVolumeSecrets(next) : []) {
      const volumes = this.#volumesBySecret.get(key) ?? new Set();
      this.#volumesBySecret.set(key, volumes.add(next?.metadata.name ?? ''));
    }
  }
}

/** Mirror pods stand for a node's own static pods, which need nothing from the API: whatever they name gives no rights. */
function keysOf(pod: Pod): string[] {
  if (pod.metadata.annotations?.[MIRROR] !== undefined) return [];
  const keys = new Set<string>();
  for (const { kind, name } of podReferences(pod)) keys.add(`${kind}/${pod.metadata.namespace}/${name}`);
  return [...keys];
}
