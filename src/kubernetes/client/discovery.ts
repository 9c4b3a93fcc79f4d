import type { ResourceType } from '../machinery/resource.ts';
import type { ApiClient } from './api-client.ts';

/** A resource the server has, at the version it prefers. */
export interface DiscoveredResource extends ResourceType {
  readonly verbs: readonly string[];
}

interface GroupDiscoveryList {
  items?: { metadata: { name?: string }; versions: { version: string; resources?: DiscoveryEntry[] }[] }[];
}

interface DiscoveryEntry {
  resource: string;
  responseKind?: { group?: string; version?: string; kind: string };
  scope: string;
  verbs: string[];
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Every resource of every group, once each, by aggregated discovery: two requests. */
export async function discover(api: Pick<ApiClient, 'raw'>, signal?: AbortSignal): Promise<DiscoveredResource[]> {
  const answers = await Promise.all(['/api', '/apis'].map((path) => api.raw('GET', path, { accept: AGGREGATED }, signal)));
  return answers.flatMap((answer) => preferredResources(JSON.parse(answer) as GroupDiscoveryList));
}

function preferredResources({ items = [] }: GroupDiscoveryList): DiscoveredResource[] {
  const found = new Map<string, DiscoveredResource>();
  for (const { metadata, versions } of items) {
    for (const { version, resources = [] } of versions) {
      for (const entry of resources) {
        const resource = resourceOf(metadata.name ?? '', version, entry);
        const id = `${resource.group}/${resource.plural}`;
        // Versions come in order of preference.
        if (!found.has(id)) found.set(id, resource);
      }
    }
  }
  return [...found.values()];
}

function resourceOf(group: string, version: string, entry: DiscoveryEntry): DiscoveredResource {
  return {
    group,
    version,
    kind: entry.responseKind?.kind ?? '',
    plural: entry.resource,
    namespaced: entry.scope === 'Namespaced',
    verbs: entry.verbs,
  };
}
