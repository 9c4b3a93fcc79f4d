import { useSyncExternalStore } from 'react';

/** A value outside React that components can watch. */
export interface Store<T> {
  get(): T;
  set(next: T): void;
  update(change: (value: T) => T): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  const set = (next: T) => {
    if (Object.is(next, value)) return;
    value = next;
    for (const listener of [...listeners]) listener();
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Like {@link createStore}, remembered between visits. `check` guards against what an older version left behind. */
export function createSavedStore<T>(key: string, initial: T, check: (value: unknown) => value is T): Store<T> {
  const name = `slipway.${key}`;
  const store = createStore(readSaved(name, initial, check));
  store.subscribe(() => localStorage.setItem(name, JSON.stringify(store.get())));
  return store;
}

function readSaved<T>(name: string, initial: T, check: (value: unknown) => value is T): T {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(name) ?? 'null');
    return check(saved) ? saved : initial;
  } catch {
    return initial;
  }
}

export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
