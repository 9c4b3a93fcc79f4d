import type { RequestInfo, UserInfo } from '../request.ts';
import { type AuditPolicy, type AuditRule, type Level, STAGES, type Stage } from './policy.ts';

/** What a policy asks to be written down about one request. */
export interface AuditScope {
  readonly level: Exclude<Level, 'None'>;
  readonly stages: ReadonlySet<Stage>;
  readonly omitManagedFields: boolean;
}

/** The first rule that fits decides; undefined: nothing is written down. */
export function scopeOf(policy: AuditPolicy, user: UserInfo, info: RequestInfo): AuditScope | undefined {
  const rule = policy.rules.find((candidate) => fits(candidate, user, info));
  if (!rule || rule.level === 'None') return undefined;
  const omitted = new Set([...(policy.omitStages ?? []), ...(rule.omitStages ?? [])]);
  return {
    level: rule.level,
    stages: new Set(STAGES.filter((stage) => !omitted.has(stage))),
    omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields ?? false,
  };
}

function fits(rule: AuditRule, user: UserInfo, info: RequestInfo): boolean {
  const { users, userGroups, verbs, namespaces, resources, nonResourceURLs } = rule;
  if (users?.length && !users.includes(user.username)) return false;
  if (userGroups?.length && !userGroups.some((group) => user.groups.includes(group))) return false;
  if (verbs?.length && !verbs.includes(info.verb)) return false;
  if (namespaces?.length || resources?.length) return fitsResource(rule, info);
  if (nonResourceURLs?.length) return !info.isResourceRequest && nonResourceURLs.some((pattern) => fitsPath(pattern, info.path));
  return true;
}

function fitsPath(pattern: string, path: string): boolean {
  return pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)));
}

function fitsResource({ namespaces, resources }: AuditRule, info: RequestInfo): boolean {
  if (!info.isResourceRequest) return false;
  // The empty name stands for what is in no namespace.
  if (namespaces?.length && !namespaces.includes(info.namespace)) return false;
  if (!resources?.length) return true;
  return resources.some(({ group, resources: patterns, resourceNames }) => {
    if (group !== info.group) return false;
    if (!patterns?.length) return true;
    if (resourceNames?.length && !resourceNames.includes(info.name)) return false;
    return patterns.some((pattern) => fitsPattern(pattern, info));
  });
}

/** `pods`, `pods/log`, `pods/*` (its subresources too), `*` of one subresource, `*`. A bare name does not cover subresources. */
function fitsPattern(pattern: string, { resource, subresource }: RequestInfo): boolean {
  if (pattern === '*' || pattern === (subresource ? `${resource}/${subresource}` : resource)) return true;
  if (subresource && pattern === `*/${subresource}`) return true;
  return pattern === `${resource}/*`;
}
