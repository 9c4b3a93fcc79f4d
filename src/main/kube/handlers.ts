import type { Handlers } from '../../ipc/host.ts';
import type { kubeIpc } from '../../ipc/kube.ts';
import type { KubeList, KubeObject } from '../../kubernetes/machinery/meta.ts';
import { resourcePath } from '../../kubernetes/machinery/resource.ts';
import { applyYaml } from './apply-yaml.ts';
import type { KubeConnections } from './connections.ts';
import { servedResources } from './discovery.ts';
import { FIELD_MANAGER } from './field-manager.ts';
import type { WatchHub } from './watch-hub.ts';

const PATCH_CONTENT = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

const json = (value: unknown, contentType = 'application/json') => ({ contentType, text: JSON.stringify(value) });
const writeQuery = (dryRun?: boolean) =>
  new URLSearchParams({ fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', ...(dryRun ? { dryRun: 'All' } : {}) });

/** The Kubernetes API of every cluster, for windows. */
export function kubeHandlers(connections: KubeConnections, watches: WatchHub): Handlers<typeof kubeIpc> {
  return {
    async list({ cluster, resource, namespace, labelSelector, fieldSelector }, { signal }) {
      const query = new URLSearchParams({ ...(labelSelector ? { labelSelector } : {}), ...(fieldSelector ? { fieldSelector } : {}) });
      const connection = await connections.get(cluster);
      const list = await connection.json<KubeList>('GET', `${resourcePath(resource, { namespace })}?${query}`, { signal });
      return { items: list.items ?? [], resourceVersion: list.metadata.resourceVersion };
    },
    async get({ cluster, resource, namespace, name, subresource }, { signal }) {
      return (await connections.get(cluster)).json<KubeObject>('GET', resourcePath(resource, { namespace, name, subresource }), { signal });
    },
    async create({ cluster, resource, namespace, object, dryRun }, { signal }) {
      const path = `${resourcePath(resource, { namespace })}?${writeQuery(dryRun)}`;
      return (await connections.get(cluster)).json<KubeObject>('POST', path, { body: json(object), signal });
    },
    async update({ cluster, resource, namespace, name, subresource, object, dryRun }, { signal }) {
      const path = `${resourcePath(resource, { namespace, name, subresource })}?${writeQuery(dryRun)}`;
      return (await connections.get(cluster)).json<KubeObject>('PUT', path, { body: json(object), signal });
    },
    async patch({ cluster, resource, namespace, name, subresource, patch, type }, { signal }) {
      const path = `${resourcePath(resource, { namespace, name, subresource })}?${writeQuery()}`;
      return (await connections.get(cluster)).json<KubeObject>('PATCH', path, { body: json(patch, PATCH_CONTENT[type]), signal });
    },
    async delete({ cluster, resource, namespace, name, gracePeriodSeconds, propagationPolicy, uid }, { signal }) {
      const options = {
        kind: 'DeleteOptions',
        apiVersion: 'v1',
        gracePeriodSeconds,
        propagationPolicy,
        ...(uid ? { preconditions: { uid } } : {}),
      };
      await (await connections.get(cluster)).text('DELETE', resourcePath(resource, { namespace, name }), { body: json(options), signal });
    },
    watch: ({ cluster, resource, namespace }, { signal }) => watches.subscribe(cluster, { resource, namespace }, signal),
    async applyYaml(request, { signal }) {
      return applyYaml(await connections.get(request.cluster), request, signal);
    },
    async resources({ cluster }, { signal }) {
      return servedResources(await connections.get(cluster), signal);
    },
    async version({ cluster }, { signal }) {
      return (await connections.get(cluster)).json<{ gitVersion: string }>('GET', '/version', { signal });
    },
  };
}
