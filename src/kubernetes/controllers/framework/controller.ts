import type { Clock } from '../../../base/clock.ts';
import type { Log } from '../../../base/log.ts';
import type { ApiClient } from '../../client/api-client.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Change } from '../../client/informer.ts';
import type { Selection } from '../../client/informers.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import type { ResourceType } from '../../machinery/resource.ts';
import type { Cache } from './cache.ts';

/** What a reconcile works with. */
export interface ControllerContext {
  readonly cache: Cache;
  /** Its writes are in the cache when they return. */
  readonly api: ApiClient;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Log;
  /** Has `key` reconciled after so many milliseconds. */
  enqueue(key: string, after?: number): void;
}

/** When to come back, in milliseconds, where only time will tell; changes come back by themselves. */
export interface Result {
  after?: number;
}

export const done: Result = {};

/** Changes of another type, and the keys of the primaries they concern. */
export interface Watch {
  readonly type: ResourceType;
  /** Not all of the type's objects. */
  readonly selection?: Selection;
  keys(change: Change<KubeObject>, cache: Cache, now: number): Iterable<string>;
}

export interface ControllerDefinition<T extends KubeObject = KubeObject> {
  /** As upstream names it without `-controller`: `deployment`. */
  readonly name: string;
  /** The `From` of its events; default `<name>-controller`. */
  readonly eventSource?: string;
  /** Its keys are the keys of this type's objects. */
  readonly primary: ResourceType<T>;
  /** Types whose changes concern the primary that controls them. */
  readonly owned?: readonly ResourceType[];
  /** The labels by which a primary adopts objects of `owned` that nobody controls. */
  adopts?(primary: T, labels: Record<string, string>): boolean;
  readonly watches?: readonly Watch[];
  /** Types it only reads or writes; a controller whose types are not all served does not start. */
  readonly needs?: readonly ResourceType[];
  /** Types it reads where the server has them; their changes wake nobody. */
  readonly reads?: readonly ResourceType[];
  readonly workers?: number;
  /** Before anything is watched: indexes. */
  prepare?(cache: Cache): void;
  /** Makes the world fit the object of this key. Runs for one key at a time; whatever it throws is tried again. */
  reconcile(key: string, context: ControllerContext, signal: AbortSignal): Promise<Result>;
}

/** Only gives the literal its type; `registry.ts` lists the controllers that run. */
export function defineController<T extends KubeObject>(definition: ControllerDefinition<T>): ControllerDefinition {
  return definition as unknown as ControllerDefinition;
}

/** A {@link Watch} with its type's objects. */
export function watchOf<T extends KubeObject>(
  type: ResourceType<T>,
  keys: (change: Change<T>, cache: Cache, now: number) => Iterable<string>,
  selection?: Selection,
): Watch {
  return { type, selection, keys: keys as Watch['keys'] };
}
