import type { ApiClient } from '../../client/api-client.ts';
import { apiVersionOf, parseApiVersion, type ResourceType } from '../../machinery/resource.ts';
import { isNotFound } from '../../machinery/status.ts';

/** Finds out under which paths the server has the kinds that autoscalers name. What was found is remembered. */
export class DiscoveredKinds {
  readonly #found = new Map<string, ResourceType>();

  /** The resource of a kind, at whichever version of the group has it; throws where none does. */
  async of(apiVersion: string, kind: string, api: ApiClient, signal: AbortSignal): Promise<ResourceType> {
    const { group, version } = parseApiVersion(apiVersion || 'v1');
    const id = `${group}/${kind}`;
    const known = this.#found.get(id);
    if (known) return known;
    for (const candidate of await versionsOf(group, version, api, signal)) {
      const found = await kindAt(group, candidate, kind, api, signal);
      if (!found) continue;
      this.#found.set(id, found);
      return found;
    }
    throw new Error(`no matches for kind "${kind}" in group "${group}"`);
  }

  /** Of a kind that went, or moved. */
  forget({ group, kind }: ResourceType): void {
    this.#found.delete(`${group}/${kind}`);
  }
}

/** The versions of a group, the preferred one first; none where the server does not have it. */
export async function versionsOf(group: string, named: string, api: ApiClient, signal: AbortSignal): Promise<string[]> {
  if (group === '') return [named];
  const answer = await json<{ preferredVersion?: { version: string }; versions?: { version: string }[] }>(`/apis/${group}`, api, signal);
  const versions = (answer?.versions ?? []).map(({ version }) => version);
  const preferred = answer?.preferredVersion?.version;
  return preferred === undefined ? versions : [preferred, ...versions.filter((version) => version !== preferred)];
}

async function kindAt(
  group: string,
  version: string,
  kind: string,
  api: ApiClient,
  signal: AbortSignal,
): Promise<ResourceType | undefined> {
  const path = `${group ? '/apis' : '/api'}/${apiVersionOf({ group, version })}`;
  const answer = await json<{ resources?: { name: string; kind: string; namespaced: boolean }[] }>(path, api, signal);
  const entry = answer?.resources?.find((resource) => resource.kind === kind && !resource.name.includes('/'));
  return entry && { group, version, kind, plural: entry.name, namespaced: entry.namespaced };
}

async function json<T>(path: string, api: ApiClient, signal: AbortSignal): Promise<T | undefined> {
  try {
    return JSON.parse(await api.raw('GET', path, {}, signal)) as T;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
