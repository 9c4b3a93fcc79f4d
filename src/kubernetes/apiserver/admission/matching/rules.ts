import type { NamedRuleWithOperations } from '../../../api/generated/admissionregistration-v1.ts';
import type { AdmissionAttributes } from '../admission.ts';

/** The part of a request that rules look at, with the resource as one of its versions. */
export interface RuleSubject {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

/** Whether a rule of a webhook or policy is about a request for `resource`. */
export function ruleMatches(rule: NamedRuleWithOperations, attributes: AdmissionAttributes, resource: RuleSubject): boolean {
  return (
    includes(rule.operations, attributes.operation) &&
    includes(rule.apiGroups, resource.group) &&
    includes(rule.apiVersions, resource.version) &&
    (rule.resources ?? []).some((name) => namesResource(name, resource.plural, attributes.subresource)) &&
    inScope(rule.scope, attributes) &&
    hasName(rule.resourceNames, attributes.name)
  );
}

function includes(values: readonly string[] | undefined, value: string): boolean {
  return values?.some((one) => one === '*' || one === value) ?? false;
}

/** `pods`, `pods/status`, `pods/*`, `*` and the like. */
function namesResource(name: string, plural: string, subresource: string): boolean {
  const slash = name.indexOf('/');
  const [resource, sub] = slash < 0 ? [name, ''] : [name.slice(0, slash), name.slice(slash + 1)];
  return (resource === '*' || resource === plural) && (sub === '*' || sub === subresource);
}

/** Namespaces themselves are in no namespace, whatever their requests say. */
function inScope(scope: string | undefined, { resource, namespace }: AdmissionAttributes): boolean {
  if (scope === undefined || scope === '*') return true;
  const namespaced = namespace !== '' && !isNamespaces(resource);
  return namespaced === (scope === 'Namespaced');
}

function hasName(names: readonly string[] | undefined, name: string): boolean {
  return !names?.length || names.includes(name);
}

export function isNamespaces({ group, plural }: { group: string; plural: string }): boolean {
  return group === '' && plural === 'namespaces';
}
