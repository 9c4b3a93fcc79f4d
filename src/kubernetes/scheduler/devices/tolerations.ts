import type { DeviceTaint, DeviceToleration } from '../../api/generated/resource-v1.ts';

/** Whether a taint keeps nobody out, or not those with these tolerations. */
export function isTolerated(taint: DeviceTaint, tolerations: readonly DeviceToleration[]): boolean {
  if (taint.effect !== 'NoSchedule' && taint.effect !== 'NoExecute') return true;
  return tolerations.some((toleration) => tolerates(toleration, taint));
}

function tolerates({ key, operator = 'Equal', value = '', effect }: DeviceToleration, taint: DeviceTaint): boolean {
  if (effect && effect !== taint.effect) return false;
  if (key && key !== taint.key) return false;
  return operator === 'Exists' || value === (taint.value ?? '');
}
