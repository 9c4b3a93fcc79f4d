import type { KubeObject } from '../../machinery/meta.ts';
import type { WriteContext } from './context.ts';

/** Owners named twice are kept once, and the client is told. */
export function dropRepeatedOwners({ metadata }: KubeObject, write: WriteContext): void {
  const owners = metadata.ownerReferences;
  if (!owners || owners.length < 2) return;
  const kept = owners.filter((owner, i) => owners.findIndex((other) => JSON.stringify(other) === JSON.stringify(owner)) === i);
  if (kept.length < owners.length) {
    metadata.ownerReferences = kept;
    const uids = repeatedUids(owners.map(({ uid }) => uid));
    write.warn(
      `.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${uids.join(', ')}`,
    );
  }
}

function repeatedUids(uids: readonly string[]): string[] {
  return [...new Set(uids.filter((uid, i) => uids.indexOf(uid) !== i))];
}
