import type { Taint, Toleration } from '../generated/core-v1.ts';

/** True where the toleration covers the taint. */
export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const operator = toleration.operator || 'Equal';
  if (operator === 'Exists') return true;
  // An empty key means every key, and only goes with Exists.
  if (!toleration.key) return false;
  if (operator === 'Equal') return (toleration.value ?? '') === (taint.value ?? '');
  return compares(operator, taint.value ?? '', toleration.value ?? '');
}

function compares(operator: string, taintValue: string, tolerated: string): boolean {
  if (!/^[+-]?\d+$/.test(taintValue) || !/^[+-]?\d+$/.test(tolerated)) return false;
  const difference = BigInt(taintValue) - BigInt(tolerated);
  return operator === 'Lt' ? difference < 0n : operator === 'Gt' && difference > 0n;
}

/** The first taint that no toleration covers. */
export function untoleratedTaint(taints: readonly Taint[] | undefined, tolerations: readonly Toleration[] | undefined): Taint | undefined {
  return taints?.find((taint) => !tolerations?.some((toleration) => tolerates(toleration, taint)));
}

export const keepsPodsOut = (taint: Taint): boolean => taint.effect === 'NoSchedule' || taint.effect === 'NoExecute';
