import type { Taint, Toleration } from '../../api/generated/core-v1.ts';
import { tolerates } from '../../api/helpers/tolerations.ts';

/**
 * When a pod has to leave its node because of NoExecute taints: as soon as one is not tolerated, else when the
 * shortest toleration ends, counted from when the taint came. Undefined where it may stay.
 */
export function evictionTime(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
  since: (taint: Taint) => number,
  now: number,
): number | undefined {
  let earliest: number | undefined;
  for (const taint of taints) {
    const matching = tolerations.filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) return now;
    const seconds = matching.map(({ tolerationSeconds }) => tolerationSeconds).filter((each) => each !== undefined);
    if (seconds.length === 0) continue;
    const ends = since(taint) + Math.max(Math.min(...seconds), 0) * 1000;
    earliest = Math.min(earliest ?? ends, ends);
  }
  return earliest;
}
