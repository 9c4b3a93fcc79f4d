import type {
  ApiClient,
  DeleteOptions,
  ListOptions,
  ObjectRef,
  PatchOptions,
  WatchOptions,
} from '../../src/kubernetes/client/api-client.ts';
import type { KubeObject, WatchEvent } from '../../src/kubernetes/machinery/meta.ts';
import { formatTime, keyOf } from '../../src/kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../src/kubernetes/machinery/resource.ts';
import { apiVersionOf, groupResource } from '../../src/kubernetes/machinery/resource.ts';
import { alreadyExists, conflict, notFound, resourceExpired } from '../../src/kubernetes/machinery/status.ts';

interface Watcher {
  resource: string;
  options: WatchOptions;
  push(event: WatchEvent): void;
  end(): void;
}

/**
 * An API server's observable rules in memory: resource versions, conflicts, generateName, generation, finalizers,
 * watches. No defaulting, validation or selectors but `spec.nodeName`-like field selectors. For unit tests of
 * clients; what depends on more is tested against the real server.
 */
export class FakeApi implements ApiClient {
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #history: { resource: string; version: number; event: WatchEvent }[] = [];
  readonly #watchers = new Set<Watcher>();
  readonly #now: () => number;
  #version = 100;
  #compacted = 0;
  #named = 0;

  constructor(now: () => number = () => Date.parse('2030-01-01T00:00:00Z')) {
    this.#now = now;
  }

  async get<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef): Promise<T> {
    return structuredClone(this.#present(type, ref)) as T;
  }

  async list<T extends KubeObject>(type: ResourceType<T>, options: ListOptions = {}) {
    const items = [...this.#of(type).values()].filter((object) => selected(object, options));
    return { metadata: { resourceVersion: String(this.#version) }, items: structuredClone(items) as T[] };
  }

  async *watch<T extends KubeObject>(type: ResourceType<T>, options: WatchOptions, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
    const from = Number(options.resourceVersion ?? this.#version);
    if (from < this.#compacted) throw resourceExpired('too old resource version');
    const resource = groupResource(type);
    const waiting: WatchEvent[] = this.#history
      .filter((entry) => entry.resource === resource && entry.version > from && selected(entry.event.object, options))
      .map(({ event }) => event);
    let wake = () => {};
    let ended = false;
    const watcher: Watcher = {
      resource,
      options,
      push: (event) => {
        waiting.push(event);
        wake();
      },
      end: () => {
        ended = true;
        wake();
      },
    };
    this.#watchers.add(watcher);
    signal.addEventListener('abort', watcher.end, { once: true });
    try {
      while (!ended) {
        for (let event = waiting.shift(); event; event = waiting.shift()) yield structuredClone(event) as WatchEvent<T>;
        if (!ended) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  /** Ends every watch, as a server does now and then. */
  endWatches(): void {
    for (const watcher of this.#watchers) watcher.end();
  }

  /** Forgets all history: watches from before get 410. */
  compact(): void {
    this.#compacted = this.#version;
    this.#history.length = 0;
  }

  async create<T extends KubeObject>(type: ResourceType<T>, object: T): Promise<T> {
    const made = structuredClone(object);
    const { metadata } = made;
    if (!metadata.name && metadata.generateName) metadata.name = `${metadata.generateName}${(this.#named++).toString(36).padStart(5, '0')}`;
    if (this.#of(type).has(keyOf(made))) throw alreadyExists(type, metadata.name ?? '');
    made.apiVersion = apiVersionOf(type);
    made.kind = type.kind;
    metadata.uid = `uid-${this.#version + 1}`;
    metadata.creationTimestamp = formatTime(this.#now());
    metadata.generation = 1;
    this.#store(type, 'ADDED', made);
    return structuredClone(made);
  }

  async update<T extends KubeObject>(type: ResourceType<T>, object: T): Promise<T> {
    const current = this.#present(type, refOf(object));
    return this.#replace(type, object, { ...structuredClone(object), status: (current as { status?: unknown }).status } as T & {
      status?: unknown;
    });
  }

  async updateStatus<T extends KubeObject>(type: ResourceType<T>, object: T): Promise<T> {
    const current = structuredClone(this.#present(type, refOf(object)));
    return this.#replace(type, object, { ...current, status: structuredClone((object as { status?: unknown }).status) } as unknown as T);
  }

  async patch<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, patch: unknown, _options: PatchOptions): Promise<T> {
    const current = structuredClone(this.#present(type, ref));
    const next = merged(current, patch) as T;
    return this.#replace(type, { ...next, metadata: { ...next.metadata, resourceVersion: undefined } }, next);
  }

  async delete<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, options: DeleteOptions = {}): Promise<T | undefined> {
    const object = structuredClone(this.#present(type, ref)) as T;
    const { uid } = options.preconditions ?? {};
    if (uid && uid !== object.metadata.uid) throw conflict(type, ref.name, 'the UID in the precondition does not match');
    const finalizer = { Foreground: 'foregroundDeletion', Orphan: 'orphan', Background: undefined }[
      options.propagationPolicy ?? 'Background'
    ];
    const finalizers = new Set(object.metadata.finalizers ?? []);
    if (finalizer) finalizers.add(finalizer);
    const grace = options.gracePeriodSeconds ?? graceOf(object);
    if (finalizers.size === 0 && grace === 0) {
      this.#of(type).delete(keyOf(object));
      this.#store(type, 'DELETED', object);
      return undefined;
    }
    object.metadata.finalizers = [...finalizers];
    object.metadata.deletionTimestamp ??= formatTime(this.#now() + grace * 1000);
    object.metadata.deletionGracePeriodSeconds = grace;
    this.#store(type, 'MODIFIED', object);
    return structuredClone(object);
  }

  async deleteCollection(type: ResourceType, options: ListOptions & DeleteOptions): Promise<void> {
    const doomed = [...this.#of(type).values()].filter((object) => selected(object, options));
    for (const object of doomed) await this.delete(type, refOf(object), options);
  }

  async createSubresource<R>(type: ResourceType, ref: ObjectRef, subresource: string, body: unknown): Promise<R> {
    if (subresource !== 'binding') throw notFound(type, `${ref.name}/${subresource}`);
    const pod = structuredClone(this.#present(type, ref)) as KubeObject & { spec: { nodeName?: string } };
    pod.spec.nodeName = (body as { target: { name: string } }).target.name;
    this.#store(type, 'MODIFIED', pod);
    return { status: 'Success' } as R;
  }

  async raw(): Promise<string> {
    throw new Error('the fake API has no raw requests');
  }

  #of(type: ResourceType): Map<string, KubeObject> {
    const name = groupResource(type);
    const objects = this.#objects.get(name) ?? new Map<string, KubeObject>();
    this.#objects.set(name, objects);
    return objects;
  }

  #present(type: ResourceType, ref: ObjectRef): KubeObject {
    const object = this.#of(type).get(keyOf({ metadata: { name: ref.name, namespace: type.namespaced ? ref.namespace : undefined } }));
    if (!object) throw notFound(type, ref.name);
    return object;
  }

  #replace<T extends KubeObject>(type: ResourceType<T>, given: T, next: T): T {
    const current = this.#present(type, refOf(given));
    const { resourceVersion } = given.metadata;
    if (resourceVersion && resourceVersion !== current.metadata.resourceVersion) {
      throw conflict(type, given.metadata.name ?? '', 'the object has been modified');
    }
    if (JSON.stringify(specOf(current)) !== JSON.stringify(specOf(next))) next.metadata.generation = (current.metadata.generation ?? 0) + 1;
    next.metadata.uid = current.metadata.uid;
    const gone = next.metadata.deletionTimestamp && !next.metadata.finalizers?.length && graceOf(next) === 0;
    if (gone) this.#of(type).delete(keyOf(next));
    this.#store(type, gone ? 'DELETED' : 'MODIFIED', next);
    return structuredClone(next);
  }

  #store(type: ResourceType, event: WatchEvent['type'], object: KubeObject): void {
    object.metadata.resourceVersion = String(++this.#version);
    if (event !== 'DELETED') this.#of(type).set(keyOf(object), object);
    const resource = groupResource(type);
    const entry = { resource, version: this.#version, event: { type: event, object: structuredClone(object) } };
    this.#history.push(entry);
    for (const watcher of this.#watchers) {
      if (watcher.resource === resource && selected(object, watcher.options)) watcher.push(entry.event);
    }
  }
}

const refOf = ({ metadata: { namespace, name = '' } }: KubeObject): ObjectRef => ({ namespace, name });
const specOf = (object: KubeObject) => (object as { spec?: unknown }).spec;

/** Pods that were bound get their grace period; whoever plays the kubelet deletes them with 0. */
function graceOf(object: KubeObject): number {
  const spec = specOf(object) as { nodeName?: string; terminationGracePeriodSeconds?: number } | undefined;
  return object.kind === 'Pod' && spec?.nodeName ? (spec.terminationGracePeriodSeconds ?? 30) : 0;
}

function selected(object: KubeObject, { namespace, fieldSelector }: ListOptions): boolean {
  if (namespace && object.metadata.namespace !== namespace) return false;
  return (fieldSelector ?? '')
    .split(',')
    .filter(Boolean)
    .every((term) => {
      const [path = '', wanted = ''] = term.split('=');
      const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
      return (value ?? '') === wanted;
    });
}

function merged(into: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const next = { ...(into as Record<string, unknown>) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete next[key];
    else if (key.startsWith('$deleteFromPrimitiveList/')) {
      const list = key.slice('$deleteFromPrimitiveList/'.length);
      next[list] = ((next[list] as unknown[] | undefined) ?? []).filter((item) => !(value as unknown[]).includes(item));
    } else if (value !== undefined) next[key] = merged(next[key], value);
  }
  return next;
}
