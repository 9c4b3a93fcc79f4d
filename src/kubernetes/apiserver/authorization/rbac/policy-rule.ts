import type { PolicyRule } from '../../../api/generated/rbac-v1.ts';
import type { AuthorizationAttributes } from '../authorizer.ts';

const ALL = '*';

/** Whether one rule of a role grants a request. */
export function ruleAllows(rule: PolicyRule, attributes: AuthorizationAttributes): boolean {
  if (!hasOrAll(rule.verbs, attributes.verb)) return false;
  if (!attributes.isResourceRequest) return urlMatches(rule.nonResourceURLs, attributes.path);
  return (
    hasOrAll(rule.apiGroups, attributes.group) &&
    resourceMatches(rule.resources, attributes.resource, attributes.subresource) &&
    nameMatches(rule.resourceNames, attributes.name)
  );
}

function hasOrAll(values: readonly string[] | undefined, wanted: string): boolean {
  return values?.some((value) => value === ALL || value === wanted) ?? false;
}

/** `pods`, `pods/log`, `*` or, for one subresource of everything, `*` + `/scale`. */
function resourceMatches(resources: readonly string[] | undefined, resource: string, subresource: string): boolean {
  const combined = subresource ? `${resource}/${subresource}` : resource;
  return resources?.some((value) => value === ALL || value === combined || (subresource !== '' && value === `*/${subresource}`)) ?? false;
}

function nameMatches(names: readonly string[] | undefined, name: string): boolean {
  return !names || names.length === 0 || names.includes(name);
}

function urlMatches(urls: readonly string[] | undefined, path: string): boolean {
  return urls?.some((url) => urlCovers(url, path)) ?? false;
}

/** A trailing `*` stands for the rest of the path. */
export function urlCovers(url: string, path: string): boolean {
  return url === ALL || url === path || (url.endsWith(ALL) && path.startsWith(url.replace(/\*+$/, '')));
}
