import type { PersistentVolumeClaimSpec } from '../generated/core-v1.ts';
import { roundResourceList } from './resource-list.ts';

/** Defaults of the spec of a claim, also of claim templates. */
export function defaultClaimSpec(spec: PersistentVolumeClaimSpec): void {
  spec.volumeMode ??= 'Filesystem';
  roundResourceList(spec.resources?.requests);
  roundResourceList(spec.resources?.limits);
}
