import type { ResourceDefinition } from '../../api/define.ts';

export const ROOT = '/registry/';

/** Resources that are stored under another name than their own, for what they once were called. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  endpoints: 'services/endpoints',
  ingresses: 'ingress',
  nodes: 'minions',
  replicationcontrollers: 'controllers',
  services: 'services/specs',
};

/** Groups of what upstream serves from servers of their own, which store by group. */
const BY_GROUP: ReadonlySet<string> = new Set(['apiextensions.k8s.io', 'apiregistration.k8s.io']);

/**
 * Where a resource's objects are stored, whichever version they are shown at, as upstream lays them out:
 * `/registry/pods/`, whatever the group, for what is built in; `/registry/<group>/<resource>/` for all else.
 */
export function resourcePrefix(definition: ResourceDefinition): string {
  const { group, plural, custom } = definition.storedAs?.definition ?? definition;
  const builtIn = !custom && !BY_GROUP.has(group) && (!group.includes('.') || group.endsWith('.k8s.io'));
  return builtIn ? `${ROOT}${OLD_NAMES[plural] ?? plural}/` : `${ROOT}${group}/${plural}/`;
}

/** `/registry/pods/<namespace>/<name>`, without the namespace where the kind has none. */
export function storageKey(definition: ResourceDefinition, namespace: string, name: string): string {
  return definition.namespaced ? `${resourcePrefix(definition)}${namespace}/${name}` : `${resourcePrefix(definition)}${name}`;
}

/** The `resourcePrefix` that a key starts with: groups have a dot, names of resources do not. */
export function prefixOfKey(key: string): string {
  const first = key.indexOf('/', ROOT.length);
  const segment = key.slice(ROOT.length, first);
  const nested = segment === 'services' || segment.includes('.');
  return key.slice(0, (nested ? key.indexOf('/', first + 1) : first) + 1);
}
