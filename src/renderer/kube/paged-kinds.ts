import * as kinds from '../../kubernetes/api/resources.ts';
import type { ResourceType } from '../../kubernetes/machinery/resource.ts';

/**
 * The kinds that have a page, for links to them. Apart from the pages' own list, because pages are made of links:
 * `pages/registry.test.ts` keeps the two equal.
 */
export const PAGED_KINDS: readonly ResourceType[] = [
  kinds.nodes,
  kinds.namespaces,
  kinds.events,
  kinds.pods,
  kinds.deployments,
  kinds.statefulSets,
  kinds.daemonSets,
  kinds.replicaSets,
  kinds.jobs,
  kinds.cronJobs,
  kinds.services,
  kinds.endpointSlices,
  kinds.ingresses,
  kinds.networkPolicies,
  kinds.configMaps,
  kinds.secrets,
  kinds.persistentVolumeClaims,
  kinds.persistentVolumes,
  kinds.serviceAccounts,
];

/** A kind as objects refer to it; undefined where it has no page. */
export function pagedKind(kind: string, apiVersion?: string): ResourceType | undefined {
  const group = apiVersion?.includes('/') ? apiVersion.split('/')[0] : apiVersion === undefined ? undefined : '';
  return PAGED_KINDS.find((type) => type.kind === kind && (group === undefined || type.group === group));
}
