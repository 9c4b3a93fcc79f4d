import type { KubeObject } from './meta.ts';

/**
 * The address of a kind in the API: enough for a client to call it. Light on purpose: agents import these
 * without the schemas and rules, which only the API server needs (see `ResourceDefinition` in api).
 */
export interface ResourceType<T extends KubeObject = KubeObject> {
  /** API group; the core group is the empty string. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set: carries the TypeScript type of the kind's objects. */
  readonly object?: T;
}

/** `v1` or `apps/v1`. */
export function apiVersionOf(type: { group: string; version: string }): string {
  return type.group ? `${type.group}/${type.version}` : type.version;
}

/** The opposite of {@link apiVersionOf}. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? { group: '', version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

/** `pods` or `deployments.apps`, as in error messages and RBAC. */
export function groupResource(type: { group: string; plural: string }): string {
  return type.group ? `${type.plural}.${type.group}` : type.plural;
}

/** The URL path of a collection or, with a name, of one object: `/apis/apps/v1/namespaces/ns/deployments/web`. */
export function resourcePath(
  type: ResourceType,
  at: { namespace?: string | undefined; name?: string | undefined; subresource?: string | undefined } = {},
): string {
  const root = type.group ? `/apis/${type.group}/${type.version}` : `/api/${type.version}`;
  const inNamespace = type.namespaced && at.namespace ? `/namespaces/${encodeURIComponent(at.namespace)}` : '';
  const name = at.name === undefined ? '' : `/${encodeURIComponent(at.name)}`;
  const sub = at.subresource ? `/${at.subresource}` : '';
  return `${root}${inNamespace}/${type.plural}${name}${sub}`;
}
