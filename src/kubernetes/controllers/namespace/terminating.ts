import type { Namespace } from '../../api/generated/core-v1.ts';

/** Nothing new can be made in such a namespace. */
export function isGoingAway({ metadata, status }: Namespace): boolean {
  return metadata.deletionTimestamp !== undefined || status?.phase === 'Terminating';
}
