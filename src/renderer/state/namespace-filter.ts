import { createSavedStore, type Store } from './store.ts';

const stores = new Map<string, Store<readonly string[]>>();

const isNames = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((each) => typeof each === 'string');

/** The namespaces the lists of a cluster show; empty means all. Remembered. */
export function namespaceFilter(cluster: string): Store<readonly string[]> {
  let store = stores.get(cluster);
  if (!store) {
    store = createSavedStore<readonly string[]>(`namespaces.${cluster}`, [], isNames);
    stores.set(cluster, store);
  }
  return store;
}
