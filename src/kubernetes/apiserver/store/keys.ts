import type { ResourceDefinition } from '../../api/define.ts';

export const ROOT = '/registry/';

/** `/registry/core/pods/`: where a resource's objects are stored. */
export function resourcePrefix(definition: Pick<ResourceDefinition, 'group' | 'plural'>): string {
  return `${ROOT}${definition.group || 'core'}/${definition.plural}/`;
}

/** `/registry/core/pods/<namespace>/<name>`, without the namespace where the kind has none. */
export function storageKey(definition: ResourceDefinition, namespace: string, name: string): string {
  return definition.namespaced ? `${resourcePrefix(definition)}${namespace}/${name}` : `${resourcePrefix(definition)}${name}`;
}

/** The `resourcePrefix` that a key starts with. */
export function prefixOfKey(key: string): string {
  const group = key.indexOf('/', ROOT.length);
  return key.slice(0, key.indexOf('/', group + 1) + 1);
}
