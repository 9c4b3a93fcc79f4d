import type { APIService } from '../../api/generated/apiregistration-v1.ts';
import { compareVersions, type DiscoveredGroup, type DiscoveredResource, type DiscoveredVersion } from '../discovery/catalog.ts';
import type { ApiResource } from './availability-check.ts';
import type { AvailabilityController } from './availability-controller.ts';
import { isAvailable, type RemoteServices } from './remote-services.ts';

/** The groups of remote APIServices as discovery shows them, most important first. */
export function remoteGroups(remote: RemoteServices, controller: AvailabilityController): DiscoveredGroup[] {
  const byGroup = Map.groupBy(remote.all(), ({ spec }) => spec.group ?? '');
  return [...byGroup]
    .sort(([a, left], [b, right]) => priorityOf(right) - priorityOf(left) || (a < b ? -1 : 1))
    .map(([name, services]) => ({ name, versions: services.sort(byVersion).map((service) => versionOf(service, controller)) }));
}

const priorityOf = (services: readonly APIService[]) => Math.max(...services.map(({ spec }) => spec.groupPriorityMinimum));

function byVersion({ spec: a }: APIService, { spec: b }: APIService): number {
  return b.versionPriority - a.versionPriority || compareVersions(b.version ?? '', a.version ?? '');
}

function versionOf(service: APIService, controller: AvailabilityController): DiscoveredVersion {
  const resources = (controller.resourcesOf(service)?.resources ?? []).map((resource) => discovered(resource, service));
  return { version: service.spec.version ?? '', resources, ...(isAvailable(service) ? {} : { stale: true }) };
}

function discovered(
  { name, singularName = '', namespaced, kind, group, version, verbs, shortNames, categories }: ApiResource,
  { spec }: APIService,
): DiscoveredResource {
  return {
    name,
    singular: singularName,
    namespaced,
    kind,
    group: group || spec.group || '',
    version: version || spec.version || '',
    verbs,
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
  };
}

/** Local groups first; versions of one group from both sides are one group. */
export function mergeGroups(local: readonly DiscoveredGroup[], remote: readonly DiscoveredGroup[]): readonly DiscoveredGroup[] {
  if (remote.length === 0) return local;
  const merged = local.map((group) => {
    const more = remote.find(({ name }) => name === group.name);
    return more ? { name: group.name, versions: [...group.versions, ...more.versions] } : group;
  });
  return [...merged, ...remote.filter(({ name }) => !local.some((group) => group.name === name))];
}
