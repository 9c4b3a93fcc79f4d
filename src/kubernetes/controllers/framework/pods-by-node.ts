import { pods } from '../../api/resources.ts';
import type { Cache } from './cache.ts';

/** Name of the index of pods by the node they are on. */
export const BY_NODE = 'node';

/** Makes `cache.byIndex(pods, BY_NODE, name)` work. */
export function indexByNode(cache: Cache): void {
  cache.informer(pods).addIndex(BY_NODE, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));
}
