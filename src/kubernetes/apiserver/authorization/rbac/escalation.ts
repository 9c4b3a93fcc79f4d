import type { PolicyRule } from '../../../api/generated/rbac-v1.ts';
import { MASTERS_GROUP } from '../../authentication/identities.ts';
import type { UserInfo } from '../../request.ts';
import { compactRules, describeRule, uncovered } from './cover.ts';
import { joinFaults, type RuleResolver } from './rule-resolver.ts';

/**
 * Undefined when the user holds every right in `rules` (in the namespace, or everywhere without one); else what is
 * missing, in the words of the 403.
 */
export function escalation(resolver: RuleResolver, user: UserInfo, namespace: string, rules: readonly PolicyRule[]): string | undefined {
  if (user.groups.includes(MASTERS_GROUP)) return undefined;
  const { rules: held, faults } = resolver.rulesFor(user, namespace);
  const missing = uncovered(held, rules);
  if (missing.length === 0) return undefined;
  const lines = [...new Set(compactRules(missing).map(describeRule))].sort();
  const groups = user.groups.map((group) => JSON.stringify(group)).join(' ');
  const text = `user ${JSON.stringify(user.username)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines.join('\n')}`;
  return faults.length > 0 ? `${text}; resolution errors: [${joinFaults(faults)}]` : text;
}

/** Everything: what an aggregation rule may come to grant. */
export const FULL_AUTHORITY: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];
