import type { BoundPod } from '../pods/pod.ts';
import type { PodObserver } from './pod-observer.ts';

type Listener = () => void;

/** Tells whoever waits for something in a pod that the runtime has news of it. */
export class PodChanges {
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #observer: PodObserver;

  constructor(observer: PodObserver) {
    this.#observer = observer;
  }

  notify(uid: string): void {
    for (const listener of this.#listeners.get(uid) ?? []) listener();
  }

  notifyAll(): void {
    for (const uid of this.#listeners.keys()) this.notify(uid);
  }

  /** Resolves when that container of the pod no longer runs, or `signal` aborts. */
  async containerEnded({ metadata }: BoundPod, containerId: string, signal: AbortSignal): Promise<void> {
    const { uid, name, namespace } = metadata;
    for (;;) {
      const changed = this.#next(uid, signal);
      const { containers } = await this.#observer.observe(uid, name, namespace);
      const running = containers.some(({ id, state }) => id === containerId && state === 'running');
      if (!running || signal.aborted) return;
      await changed;
    }
  }

  #next(uid: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const listeners = this.#listeners.get(uid) ?? new Set();
    this.#listeners.set(uid, listeners);
    const done = () => {
      signal.removeEventListener('abort', done);
      listeners.delete(done);
      if (listeners.size === 0 && this.#listeners.get(uid) === listeners) this.#listeners.delete(uid);
      resolve();
    };
    listeners.add(done);
    signal.addEventListener('abort', done);
    return promise;
  }
}
