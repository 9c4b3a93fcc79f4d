import type { KubeObject } from '../machinery/meta.ts';
import { keyOf } from '../machinery/meta.ts';
import type { ResourceType } from '../machinery/resource.ts';
import { isNotFound } from '../machinery/status.ts';
import type { ApiClient, DeleteOptions, ObjectRef } from './api-client.ts';
import type { Informers } from './informers.ts';

/**
 * `api`, with the answers of writes put into the shared caches at once. A reconcile that runs again before the
 * watch caught up then sees what the last one did, and does not do it twice.
 */
export function readYourWrites(api: ApiClient, informers: Informers): ApiClient {
  const took = <T extends KubeObject>(type: ResourceType<T>, object: T): T => {
    // A subresource answers with a kind of its own.
    if (object.kind === type.kind) informers.find(type)?.wrote(object);
    return object;
  };
  return {
    get: (type, ref, signal) => api.get(type, ref, signal),
    list: (type, options, signal) => api.list(type, options, signal),
    watch: (type, options, signal) => api.watch(type, options, signal),
    deleteCollection: (type, options, signal) => api.deleteCollection(type, options, signal),
    createSubresource: (type, ref, subresource, body, signal) => api.createSubresource(type, ref, subresource, body, signal),
    raw: (method, path, options, signal) => api.raw(method, path, options, signal),

    create: async (type, object, options, signal) => took(type, await api.create(type, object, options, signal)),
    update: async (type, object, options, signal) => took(type, await api.update(type, object, options, signal)),
    updateStatus: async (type, object, options, signal) => took(type, await api.updateStatus(type, object, options, signal)),
    patch: async (type, ref, patch, options, signal) => took(type, await api.patch(type, ref, patch, options, signal)),

    async delete<T extends KubeObject>(type: ResourceType<T>, ref: ObjectRef, options?: DeleteOptions, signal?: AbortSignal) {
      const forget = () => informers.find(type)?.removed(keyOf({ metadata: ref }), options?.preconditions?.uid);
      try {
        const left = await api.delete(type, ref, options, signal);
        if (left) took(type, left);
        else forget();
        return left;
      } catch (error) {
        if (isNotFound(error)) forget();
        throw error;
      }
    },
  };
}
