import type { ApiClient, WatchOptions } from '../../kubernetes/client/api-client.ts';
import { type KubeObject, keyOf } from '../../kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../kubernetes/machinery/resource.ts';
import { isExpired } from '../../kubernetes/machinery/status.ts';

/** Runs `work` with a signal that also fires after `seconds`, with a sentence that says what did not happen. */
export async function within<T>(
  seconds: number,
  what: () => string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error(`${what()} within ${seconds} seconds`)), seconds * 1000);
  const both = AbortSignal.any([signal, limit.signal]);
  try {
    return await work(both);
  } catch (error) {
    throw both.aborted ? both.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Watches objects until `done` says so of all there are; each change calls it again. */
export async function waitForObjects<T extends KubeObject>(
  api: ApiClient,
  type: ResourceType<T>,
  options: WatchOptions,
  done: (objects: T[]) => boolean,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const list = await api.list(type, options, signal);
    const objects = new Map(list.items.map((object) => [keyOf(object), object]));
    if (done([...objects.values()])) return;
    try {
      for await (const { type: change, object } of api.watch(
        type,
        { ...options, resourceVersion: list.metadata.resourceVersion ?? '' },
        signal,
      )) {
        if (change === 'DELETED') objects.delete(keyOf(object));
        else if (change !== 'BOOKMARK') objects.set(keyOf(object), object);
        if (done([...objects.values()])) return;
      }
    } catch (error) {
      if (!isExpired(error)) throw error;
    }
  }
}
