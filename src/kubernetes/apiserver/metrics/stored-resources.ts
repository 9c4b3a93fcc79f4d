import type { ResourceDefinition } from '../../api/define.ts';
import { ROOT, resourcePrefix } from '../store/keys.ts';
import type { StoredResource } from './metered-storage.ts';

/** What is stored under a prefix: built-in resources are known, of custom ones their place says what they are. */
export function storedResources(definitions: readonly ResourceDefinition[]): (prefix: string) => StoredResource {
  const known = new Map<string, StoredResource>();
  for (const definition of definitions) {
    const { group, plural } = definition.storedAs?.definition ?? definition;
    known.set(resourcePrefix(definition), { group, resource: plural });
  }
  return (prefix) => {
    const found = known.get(prefix);
    if (found) return found;
    const [first = '', second = ''] = prefix.slice(ROOT.length).split('/');
    return second === '' ? { group: '', resource: first } : { group: first, resource: second };
  };
}
