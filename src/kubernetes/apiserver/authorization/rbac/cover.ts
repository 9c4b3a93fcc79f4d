import type { PolicyRule } from '../../../api/generated/rbac-v1.ts';
import { urlCovers } from './policy-rule.ts';

/** The parts of `wanted` that no rule of `held` covers, one verb, group, resource and name at a time. */
export function uncovered(held: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(breakDown).filter((part) => !held.some((rule) => covers(rule, part)));
}

/** A rule as rules with one verb, and one group, resource and name or one URL each. */
function breakDown(rule: PolicyRule): PolicyRule[] {
  const resourceParts = (rule.apiGroups ?? []).flatMap((group) =>
    (rule.resources ?? []).flatMap((resource) => rule.verbs.flatMap((verb) => named(rule, group, resource, verb))),
  );
  const urlParts = (rule.nonResourceURLs ?? []).flatMap((url) => rule.verbs.map((verb) => ({ nonResourceURLs: [url], verbs: [verb] })));
  return [...resourceParts, ...urlParts];
}

function named(rule: PolicyRule, group: string, resource: string, verb: string): PolicyRule[] {
  const part = { apiGroups: [group], resources: [resource], verbs: [verb] };
  return rule.resourceNames?.length ? rule.resourceNames.map((name) => ({ ...part, resourceNames: [name] })) : [part];
}

function covers(owner: PolicyRule, part: PolicyRule): boolean {
  return (
    hasAll(owner.verbs, part.verbs) &&
    hasAll(owner.apiGroups ?? [], part.apiGroups ?? []) &&
    (part.resources ?? []).every((resource) => resourceCovered(owner.resources ?? [], resource)) &&
    namesCovered(owner.resourceNames ?? [], part.resourceNames ?? []) &&
    (part.nonResourceURLs ?? []).every((path) => (owner.nonResourceURLs ?? []).some((url) => urlCovers(url, path)))
  );
}

function hasAll(owned: readonly string[], wanted: readonly string[]): boolean {
  return owned.includes('*') || wanted.every((value) => owned.includes(value));
}

function resourceCovered(owned: readonly string[], resource: string): boolean {
  if (owned.includes('*') || owned.includes(resource)) return true;
  const slash = resource.indexOf('/');
  return slash >= 0 && owned.includes(`*${resource.slice(slash)}`);
}

function namesCovered(owned: readonly string[], wanted: readonly string[]): boolean {
  if (owned.length === 0) return true;
  return wanted.length > 0 && wanted.every((name) => owned.includes(name));
}

/** Rules that differ only in their verbs as one rule. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const groups = Map.groupBy(rules, ({ apiGroups, resources, resourceNames, nonResourceURLs }) =>
    nonResourceURLs ? rules.length : JSON.stringify([apiGroups, resources, resourceNames]),
  );
  return [...groups].flatMap(([key, same]) =>
    typeof key === 'number' ? same : [{ ...same[0], verbs: same.flatMap((rule) => rule.verbs) }],
  );
}

/** `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}` */
export function describeRule(rule: PolicyRule): string {
  const parts: [string, readonly string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const filled = parts.flatMap(([name, values]) =>
    values?.length ? `${name}:[${values.map((value) => JSON.stringify(value)).join(' ')}]` : [],
  );
  return `{${filled.join(', ')}}`;
}
