import type { Client, OpenStream } from '../../ipc/client.ts';
import { fromWire } from '../../ipc/errors.ts';
import type { kubeIpc, WatchDelta } from '../../ipc/kube.ts';
import { type KubeObject, keyOf } from '../../kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../kubernetes/machinery/resource.ts';

/**
 * `loading` until the first full picture; `live` while changes arrive; `stale` when the server was lost and what is
 * shown may be old; `failed` when there never was a picture.
 */
export type LivePhase = 'loading' | 'live' | 'stale' | 'failed';

export interface LiveSnapshot<T extends KubeObject> {
  phase: LivePhase;
  items: readonly T[];
  error?: Error | undefined;
}

export interface LiveOptions {
  cluster: string;
  resource: ResourceType;
  watch: Client<typeof kubeIpc>['watch'];
  /** Calls back soon; bursts of changes become one notice. */
  schedule: (notify: () => void, size: number) => void;
  /** Calls back after a pause, for another try. */
  later: (retry: () => void) => void;
}

/** The objects of one kind in one cluster, kept current by a watch while anybody looks. */
export class LiveCollection<T extends KubeObject = KubeObject> {
  readonly #options: LiveOptions;
  readonly #objects = new Map<string, T>();
  readonly #listeners = new Set<() => void>();
  #stream: OpenStream<never> | undefined;
  #running = false;
  /** Keys told since the stream was opened: after `synced`, others are gone. Undefined once synced. */
  #told: Set<string> | undefined;
  #phase: LivePhase = 'loading';
  #error: Error | undefined;
  #snapshot: LiveSnapshot<T> = { phase: 'loading', items: [] };
  #noticePending = false;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  readonly getSnapshot = (): LiveSnapshot<T> => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get watched(): boolean {
    return this.#listeners.size > 0;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#open();
  }

  stop(): void {
    this.#running = false;
    this.#stream?.close();
    this.#stream = undefined;
  }

  #open(): void {
    if (!this.#running) return;
    const { cluster, resource } = this.#options;
    const { group, version, kind, plural, namespaced } = resource;
    this.#told = new Set();
    this.#stream = this.#options.watch(
      { cluster, resource: { group, version, kind, plural, namespaced } },
      { item: (delta) => this.#receive(delta), end: (error) => this.#ended(error) },
    );
  }

  #receive(delta: WatchDelta): void {
    switch (delta.type) {
      case 'changes':
        for (const object of delta.set) {
          const key = keyOf(object);
          this.#objects.set(key, object as T);
          this.#told?.add(key);
        }
        for (const key of delta.removed) this.#objects.delete(key);
        break;
      case 'synced':
        this.#forgetUntold();
        this.#phase = 'live';
        this.#error = undefined;
        break;
      case 'disconnected':
        this.#lose(fromWire(delta.error));
    }
    this.#notice();
  }

  #forgetUntold(): void {
    if (!this.#told) return;
    for (const key of [...this.#objects.keys()]) if (!this.#told.has(key)) this.#objects.delete(key);
    this.#told = undefined;
  }

  #ended(error?: Error): void {
    if (error) this.#lose(error);
    this.#notice();
    // Main ends a watch when its cluster was restarted, and a lost link ends all: both deserve another try.
    if (this.#running) this.#options.later(() => this.#open());
  }

  #lose(error: Error): void {
    this.#error = error;
    this.#phase = this.#phase === 'live' || this.#phase === 'stale' ? 'stale' : 'failed';
  }

  #notice(): void {
    if (this.#noticePending) return;
    this.#noticePending = true;
    this.#options.schedule(() => {
      this.#noticePending = false;
      this.#snapshot = { phase: this.#phase, items: [...this.#objects.values()], error: this.#error };
      for (const listener of [...this.#listeners]) listener();
    }, this.#objects.size);
  }
}
