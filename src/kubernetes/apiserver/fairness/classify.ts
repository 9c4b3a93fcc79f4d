import type { FlowSchema, PolicyRulesWithSubjects, ResourcePolicyRule, Subject } from '../../api/generated/flowcontrol-v1.ts';
import { parseServiceAccountUsername } from '../authentication/identities.ts';
import type { RequestInfo, UserInfo } from '../request.ts';

/** Schemas in the order they are tried: the lowest precedence first, then by name. */
export function inMatchingOrder(schemas: readonly FlowSchema[]): FlowSchema[] {
  return [...schemas].sort(
    (a, b) =>
      (a.spec.matchingPrecedence ?? 0) - (b.spec.matchingPrecedence ?? 0) || ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1),
  );
}

export function matches({ spec }: FlowSchema, user: UserInfo, info: RequestInfo): boolean {
  for (const rule of spec.rules ?? []) if (fits(rule, user, info)) return true;
  return false;
}

/** Which of a schema's requests belong together: those of one user, of one namespace, or all. */
export function distinguisherOf({ spec }: FlowSchema, user: UserInfo, info: RequestInfo): string {
  const method = spec.distinguisherMethod?.type;
  return method === 'ByUser' ? user.username : method === 'ByNamespace' ? info.namespace : '';
}

function fits({ subjects, resourceRules, nonResourceRules }: PolicyRulesWithSubjects, user: UserInfo, info: RequestInfo): boolean {
  if (!subjects.some((subject) => isSubject(subject, user))) return false;
  if (info.isResourceRequest) return resourceRules?.some((rule) => fitsResource(rule, info)) ?? false;
  return (
    nonResourceRules?.some(
      ({ verbs, nonResourceURLs }) => has(verbs, info.verb) && nonResourceURLs.some((url) => fitsPath(url, info.path)),
    ) ?? false
  );
}

function isSubject({ user: named, group, serviceAccount }: Subject, user: UserInfo): boolean {
  if (named) return named.name === '*' || named.name === user.username;
  if (group) return group.name === '*' || user.groups.includes(group.name);
  const account = serviceAccount && parseServiceAccountUsername(user.username);
  if (!account || account.namespace !== serviceAccount?.namespace) return false;
  return serviceAccount.name === '*' || serviceAccount.name === account.name;
}

function fitsResource({ verbs, apiGroups, resources, namespaces, clusterScope }: ResourcePolicyRule, info: RequestInfo): boolean {
  if (!has(verbs, info.verb) || !has(apiGroups, info.group)) return false;
  if (!has(resources, info.subresource ? `${info.resource}/${info.subresource}` : info.resource)) return false;
  return info.namespace === '' ? clusterScope === true : has(namespaces ?? [], info.namespace);
}

function fitsPath(pattern: string, path: string): boolean {
  return pattern === '*' || pattern === path || (pattern.endsWith('/*') && path.startsWith(pattern.slice(0, -1)));
}

function has(values: readonly string[], value: string): boolean {
  return values.includes('*') || values.includes(value);
}
