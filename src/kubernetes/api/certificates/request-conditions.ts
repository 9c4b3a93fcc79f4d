import { formatTime } from '../../machinery/meta.ts';
import type { CertificateSigningRequest, CertificateSigningRequestCondition as Condition } from '../generated/certificates-v1.ts';

/** The conditions with the times that their writer left out. */
export function datedConditions(conditions: readonly Condition[], { status }: CertificateSigningRequest, now: number): Condition[] {
  const time = formatTime(now);
  return conditions.map((condition) => {
    const same = status?.conditions?.find(
      (before) => before.type === condition.type && before.status === condition.status && before.lastTransitionTime,
    );
    return {
      ...condition,
      lastUpdateTime: condition.lastUpdateTime ?? time,
      lastTransitionTime: condition.lastTransitionTime ?? same?.lastTransitionTime ?? time,
    };
  });
}

/** The conditions with approval and denial as they were; where their number changed they are left for the rules to refuse. */
export function keepApproval(conditions: readonly Condition[], { status }: CertificateSigningRequest): readonly Condition[] {
  const before = Map.groupBy(status?.conditions ?? [], ({ type }) => type);
  const after = Map.groupBy(conditions, ({ type }) => type);
  const kept = (type: string) => before.get(type)?.length === after.get(type)?.length;
  return conditions.map((condition) => {
    const { type } = condition;
    if ((type !== 'Approved' && type !== 'Denied') || !kept(type)) return condition;
    return before.get(type)?.[after.get(type)?.indexOf(condition) ?? 0] ?? condition;
  });
}
