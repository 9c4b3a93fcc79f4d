import type { Deployment, DeploymentStatus } from '../../api/generated/apps-v1.ts';
import { conditionOf } from '../framework/conditions.ts';
import { hasDeadline, PROGRESSING, withDeploymentCondition } from './status.ts';

/** Says in the Progressing condition that the Deployment was paused or resumed, so that no deadline runs meanwhile. */
export function pauseCondition(deployment: Deployment, status: DeploymentStatus, now: number): DeploymentStatus {
  if (!hasDeadline(deployment)) return status;
  const present = conditionOf(status.conditions, PROGRESSING);
  if (present?.reason === 'ProgressDeadlineExceeded') return status;
  const isPaused = present?.reason === 'DeploymentPaused';
  if (Boolean(deployment.spec.paused) === isPaused) return status;
  const news = deployment.spec.paused
    ? { reason: 'DeploymentPaused', message: 'Deployment is paused' }
    : { reason: 'DeploymentResumed', message: 'Deployment is resumed' };
  return { ...status, conditions: withDeploymentCondition(status.conditions, { type: PROGRESSING, status: 'Unknown', ...news }, now) };
}
