import type { ResourceAddress } from '../../ipc/schemas.ts';
import type { KubeConnection } from './connection.ts';

export interface ServedResource extends ResourceAddress {
  verbs: string[];
}

interface ResourceList {
  groupVersion: string;
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
}

interface GroupList {
  groups: { name: string; versions: { groupVersion: string }[] }[];
}

/** Every kind at every version the server serves, subresources left out. */
export async function servedResources(connection: KubeConnection, signal: AbortSignal): Promise<ServedResource[]> {
  const groups = await connection.json<GroupList>('GET', '/apis', { signal });
  const paths = ['/api/v1', ...groups.groups.flatMap((group) => group.versions.map((version) => `/apis/${version.groupVersion}`))];
  const lists = await Promise.all(paths.map((path) => connection.json<ResourceList>('GET', path, { signal })));
  return lists.flatMap((list) => {
    const [group, version] = list.groupVersion.includes('/') ? list.groupVersion.split('/') : ['', list.groupVersion];
    return list.resources
      .filter((resource) => !resource.name.includes('/'))
      .map(({ name, kind, namespaced, verbs }) => ({ group: group ?? '', version: version ?? '', kind, plural: name, namespaced, verbs }));
  });
}

/** The kind a document names, or undefined where the server does not serve it. */
export function findKind(served: readonly ServedResource[], apiVersion: string, kind: string): ServedResource | undefined {
  return served.find(
    (resource) => resource.kind === kind && apiVersion === (resource.group ? `${resource.group}/${resource.version}` : resource.version),
  );
}
