import type { ResourceDefinition } from '../../api/define.ts';

export const ROOT = '/registry/';

/** `/registry/core/pods/`: where a resource's objects are stored, whichever version they are shown at. */
export function resourcePrefix(definition: ResourceDefinition): string {
  const { group, plural } = definition.storedAs?.definition ?? definition;
  return `${ROOT}${group || 'core'}/${plural}/`;
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
