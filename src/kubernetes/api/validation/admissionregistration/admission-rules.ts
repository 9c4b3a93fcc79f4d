import type { FieldError } from '../../../machinery/field-error.ts';
import { complaints, duplicate, invalidValue, notSupported, required } from '../../../machinery/validation/faults.ts';
import { isPathSegment } from '../../../machinery/validation/names.ts';
import type { NamedRuleWithOperations, RuleWithOperations } from '../../generated/admissionregistration-v1.ts';

const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const SCOPES = ['*', 'Cluster', 'Namespaced'];

/** Faults of a rule that says which requests a webhook or policy is about. */
export function* admissionRuleRules(rule: RuleWithOperations, path: string): Iterable<FieldError> {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  yield* wildcardRules(operations, 'operations', `${path}.operations`);
  for (const [index, operation] of operations.entries()) {
    if (!OPERATIONS.includes(operation)) yield notSupported(`${path}.operations[${index}]`, operation, OPERATIONS);
  }
  yield* wildcardRules(apiGroups, 'API groups', `${path}.apiGroups`);
  yield* wildcardRules(apiVersions, 'API versions', `${path}.apiVersions`);
  for (const [index, version] of apiVersions.entries()) if (!version) yield required(`${path}.apiVersions[${index}]`);
  yield* resourceRules(resources, `${path}.resources`);
  if (scope !== undefined && !SCOPES.includes(scope)) yield notSupported(`${path}.scope`, scope, SCOPES);
}

/** The same with names of objects. */
export function* namedRuleRules(rule: NamedRuleWithOperations, path: string): Iterable<FieldError> {
  const seen = new Set<string>();
  for (const [index, name] of (rule.resourceNames ?? []).entries()) {
    const at = `${path}.resourceNames[${index}]`;
    yield* complaints(at, name, isPathSegment(name));
    if (seen.has(name)) yield duplicate(at, name);
    seen.add(name);
  }
  yield* admissionRuleRules(rule, path);
}

function* wildcardRules(values: readonly string[], what: string, path: string): Iterable<FieldError> {
  if (values.length === 0) yield required(path);
  if (values.length > 1 && values.includes('*')) yield invalidValue(path, values, `if '*' is present, must not specify other ${what}`);
}

/** `pods`, `pods/status`, `pods/*`, `*`, `*` and a subresource; but nothing that a wildcard beside it covers. */
function* resourceRules(resources: readonly string[], path: string): Iterable<FieldError> {
  if (resources.length === 0) yield required(path);
  const allSubresourcesOf = new Set<string>();
  const everywhere = new Set<string>();
  let last: string | undefined;
  for (const [index, name] of resources.entries()) {
    const at = `${path}[${index}]`;
    if (name === '') {
      yield required(at);
      continue;
    }
    const slash = name.indexOf('/');
    if (slash < 0) {
      last = name;
      continue;
    }
    const [resource, subresource] = [name.slice(0, slash), name.slice(slash + 1)];
    if (allSubresourcesOf.has(resource)) yield invalidValue(at, name, `if '${resource}/*' is present, must not specify ${name}`);
    if (everywhere.has(subresource)) yield invalidValue(at, name, `if '*/${subresource}' is present, must not specify ${name}`);
    if (subresource === '*') allSubresourcesOf.add(resource);
    if (resource === '*') everywhere.add(subresource);
  }
  if (resources.length > 1 && resources.includes('*/*'))
    yield invalidValue(path, resources, "if '*/*' is present, must not specify other resources");
  if (resources.includes('*') && last !== undefined && last !== '*')
    yield invalidValue(path, resources, "if '*' is present, must not specify other resources without subresources");
}
