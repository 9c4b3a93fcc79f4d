import type { ResourceType } from '../machinery/resource.ts';
import type { ApiClient } from './api-client.ts';

/** A resource the server has, at the version it prefers. */
export interface DiscoveredResource extends ResourceType {
  readonly verbs: readonly string[];
}

/** What the server has, as far as that is known. */
export interface Discovery {
  readonly resources: readonly DiscoveredResource[];
  /** Versions, as `group/version`, whose server does not answer: what they have now nobody can say. */
  readonly stale: readonly string[];
}

interface GroupDiscoveryList {
  items?: { metadata: { name?: string }; versions: VersionDiscovery[] }[];
}

interface VersionDiscovery {
  version: string;
  freshness?: string;
  resources?: DiscoveryEntry[];
}

interface DiscoveryEntry {
  resource: string;
  responseKind?: { group?: string; version?: string; kind: string };
  scope: string;
  verbs: string[];
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** Every resource of every group, once each, by aggregated discovery; those of servers that do not answer as last known. */
export async function discover(api: Pick<ApiClient, 'raw'>, signal?: AbortSignal): Promise<DiscoveredResource[]> {
  return preferredResources(await groupsOf(api, signal));
}

/** The same without what cannot be relied on, which is named apart. */
export async function discoverAvailable(api: Pick<ApiClient, 'raw'>, signal?: AbortSignal): Promise<Discovery> {
  const groups = await groupsOf(api, signal);
  const isStale = ({ freshness }: VersionDiscovery) => freshness === 'Stale';
  const current = groups.map(({ metadata, versions }) => ({ metadata, versions: versions.filter((version) => !isStale(version)) }));
  const stale = groups.flatMap(({ metadata, versions }) => versions.filter(isStale).map(({ version }) => `${metadata.name}/${version}`));
  return { resources: preferredResources(current), stale };
}

/** Two requests. */
async function groupsOf(api: Pick<ApiClient, 'raw'>, signal?: AbortSignal): Promise<NonNullable<GroupDiscoveryList['items']>> {
  const answers = await Promise.all(['/api', '/apis'].map((path) => api.raw('GET', path, { accept: AGGREGATED }, signal)));
  return answers.flatMap((answer) => (JSON.parse(answer) as GroupDiscoveryList).items ?? []);
}

function preferredResources(items: NonNullable<GroupDiscoveryList['items']>): DiscoveredResource[] {
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
