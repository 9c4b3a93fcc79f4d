import { formatTime } from '../../machinery/meta.ts';
import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from '../generated/apiextensions-v1.ts';

export type ConditionType =
  | 'NamesAccepted'
  | 'Established'
  | 'Terminating'
  | 'NonStructuralSchema'
  | 'KubernetesAPIApprovalPolicyConformant';

/** What a controller has to say of a definition. */
export interface Condition {
  readonly type: ConditionType;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

export function conditionOf(crd: CustomResourceDefinition, type: ConditionType): CustomResourceDefinitionCondition | undefined {
  return crd.status?.conditions?.find((condition) => condition.type === type);
}

export function isTrue(crd: CustomResourceDefinition, type: ConditionType): boolean {
  return conditionOf(crd, type)?.status === 'True';
}

/** Whether a definition says so already. */
export function says(crd: CustomResourceDefinition, { type, status, reason, message }: Condition): boolean {
  const said = conditionOf(crd, type);
  return said?.status === status && (said.reason ?? '') === reason && (said.message ?? '') === message;
}

/** The definition with a condition in place of the one it had; when it became so is kept while it stays so. */
export function withCondition(crd: CustomResourceDefinition, condition: Condition, now: number): CustomResourceDefinition {
  const conditions = [...(crd.status?.conditions ?? [])];
  const at = conditions.findIndex(({ type }) => type === condition.type);
  const before = conditions[at];
  const lastTransitionTime = before?.status === condition.status && before.lastTransitionTime ? before.lastTransitionTime : formatTime(now);
  const written = { ...condition, lastTransitionTime };
  if (at < 0) conditions.push(written);
  else conditions[at] = written;
  return { ...crd, status: { ...crd.status, conditions } };
}

export function withoutCondition(crd: CustomResourceDefinition, type: ConditionType): CustomResourceDefinition {
  const conditions = (crd.status?.conditions ?? []).filter((condition) => condition.type !== type);
  return { ...crd, status: { ...crd.status, conditions } };
}
