import type { KubeObject } from '../../kubernetes/machinery/meta.ts';
import type { ResourceType } from '../../kubernetes/machinery/resource.ts';

/** A kind in addresses of pages: `pods`, `deployments.apps`. */
export function pathOfKind(resource: { group: string; plural: string }): string {
  return resource.group ? `${resource.plural}.${resource.group}` : resource.plural;
}

/** Stands for "no namespace" in addresses; no namespace can have this name. */
const NO_NAMESPACE = '_';

export const namespaceInPath = (namespace: string | undefined) => namespace ?? NO_NAMESPACE;
export const namespaceFromPath = (segment: string) => (segment === NO_NAMESPACE ? undefined : segment);

/** Address of an object's details, for plain links. */
export function objectHref(
  cluster: string,
  resource: { group: string; plural: string },
  namespace: string | undefined,
  name: string,
): string {
  return `#/c/${encodeURIComponent(cluster)}/${pathOfKind(resource)}/${namespaceInPath(namespace)}/${encodeURIComponent(name)}`;
}

/** `Pod web-1`, for sentences. */
export function called(resource: Pick<ResourceType, 'kind'>, object: KubeObject): string {
  return `${resource.kind} ${object.metadata.name}`;
}
