import type { Container, Pod } from '../../api/generated/core-v1.ts';
import type { ObservedContainer } from '../runtime/observed.ts';

/** Whether a container that ended with `exitCode` runs again. The container's own rules go before the pod's policy. */
export function restartsAfter(pod: Pod, container: Container, exitCode: number): boolean {
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    const applies = exitCodes?.operator === 'NotIn' ? !listed : listed;
    if (applies) return action === 'Restart';
  }
  const policy = container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** Whether the container has to be started, judged by its newest instance. */
export function shouldRun(pod: Pod, container: Container, latest: ObservedContainer | undefined): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  if (!latest || latest.state === 'created' || latest.state === 'unknown') return true;
  return latest.state === 'exited' && restartsAfter(pod, container, latest.exitCode);
}
