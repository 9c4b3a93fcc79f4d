import { createHash } from 'node:crypto';
import { apiVersionOf } from '../../machinery/resource.ts';
import type { DiscoveredGroup, DiscoveredResource, DiscoveredVersion } from './catalog.ts';

/** `GET /apis/apps`: an APIGroup. */
export function apiGroup({ name, versions }: DiscoveredGroup): object {
  const listed = versions.map(({ version }) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: listed, preferredVersion: listed[0] };
}

/** `GET /apis`. */
export function apiGroupList(groups: readonly DiscoveredGroup[]): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.filter(({ name }) => name !== '').map(apiGroup) };
}

/** `GET /api`. */
export function apiVersions(serverAddress: string): object {
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }] };
}

/** `GET /apis/apps/v1`. */
export function apiResourceList(group: string, { version, resources }: DiscoveredVersion): object {
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersionOf({ group, version }),
    resources: resources.map(apiResource),
  };
}

function apiResource({
  name,
  singular,
  namespaced,
  group,
  version,
  kind,
  verbs,
  shortNames,
  categories,
  storedAs,
}: DiscoveredResource): object {
  return {
    name,
    singularName: singular,
    namespaced,
    ...(group ? { group } : {}),
    ...(version ? { version } : {}),
    kind,
    verbs,
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
    ...(storedAs && verbs.includes('list') && verbs.includes('create') ? { storageVersionHash: storageVersionHash(storedAs) } : {}),
  };
}

/** What clients compare to learn that objects may have to be written again. */
function storageVersionHash(storedAs: string): string {
  return createHash('sha256').update(storedAs).digest().subarray(0, 8).toString('base64');
}

/** Aggregated discovery: everything in one document. */
export function aggregated(groups: readonly DiscoveredGroup[]): object {
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items: groups.map(groupDiscovery) };
}

function groupDiscovery({ name, versions }: DiscoveredGroup): object {
  return {
    metadata: name === '' ? {} : { name },
    versions: versions.map(({ version, resources, stale }) => ({
      version,
      resources: resourceDiscoveries(resources),
      freshness: stale ? 'Stale' : 'Current',
    })),
  };
}

function resourceDiscoveries(resources: readonly DiscoveredResource[]): object[] {
  const parents = new Map<string, Record<string, unknown>>();
  for (const { name, singular, namespaced, own, group = own?.group ?? '', version = own?.version ?? '', ...rest } of resources) {
    const { kind, verbs, shortNames, categories } = rest;
    const [resource, subresource] = name.split('/') as [string, string?];
    const responseKind = { group, version, kind };
    const scope = namespaced ? 'Namespaced' : 'Cluster';
    if (subresource === undefined) {
      parents.set(resource, {
        resource,
        responseKind,
        scope,
        singularResource: singular,
        verbs,
        ...(shortNames ? { shortNames } : {}),
        ...(categories ? { categories } : {}),
      });
    } else {
      const parent = parents.get(resource) ?? {
        resource,
        responseKind: { group: '', version: '', kind: '' },
        scope,
        singularResource: '',
        verbs: [],
      };
      parents.set(resource, {
        ...parent,
        subresources: [...((parent.subresources as object[] | undefined) ?? []), { subresource, responseKind, verbs }],
      });
    }
  }
  return [...parents.values()];
}
