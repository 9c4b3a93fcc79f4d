import type { FieldError } from '../../machinery/field-error.ts';
import { complaints, forbiddenField, invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../machinery/validation/names.ts';
import type {
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '../generated/flowcontrol-v1.ts';

const MAX_PRECEDENCE = 10_000;
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const METHODS = ['ByNamespace', 'ByUser'];

/** Faults of a flow schema. */
export function* flowSchemaRules({ metadata, spec }: FlowSchema): Iterable<FieldError> {
  const { matchingPrecedence = 0, distinguisherMethod, priorityLevelConfiguration, rules = [] } = spec ?? {};
  const precedence = (detail: string) => invalidValue('spec.matchingPrecedence', matchingPrecedence, detail);
  if (matchingPrecedence <= 0) yield precedence('must be a positive value');
  if (matchingPrecedence > MAX_PRECEDENCE) yield precedence(`must not be greater than ${MAX_PRECEDENCE}`);
  if (matchingPrecedence === 1 && metadata.name !== 'exempt') {
    yield precedence("only the schema named 'exempt' may have matchingPrecedence 1");
  }
  if (distinguisherMethod && !METHODS.includes(distinguisherMethod.type)) {
    yield notSupported('spec.distinguisherMethod.type', distinguisherMethod, METHODS);
  }
  const level = priorityLevelConfiguration?.name ?? '';
  const levelPath = 'spec.priorityLevelConfiguration.name';
  if (level === '') yield required(levelPath, 'must reference a priority level');
  else yield* complaints(levelPath, level, isDns1123Subdomain(level));
  for (const [index, rule] of rules.entries()) yield* ruleRules(rule, `spec.rules[${index}]`);
}

// Lists of these rules may be null: a required list without items is written so by Go clients.
function* ruleRules(rule: PolicyRulesWithSubjects, path: string): Iterable<FieldError> {
  const { subjects } = rule;
  const resourceRules = rule.resourceRules ?? [];
  const nonResourceRules = rule.nonResourceRules ?? [];
  if (!subjects?.length) yield required(`${path}.subjects`, 'subjects must contain at least one value');
  for (const [index, subject] of (subjects ?? []).entries()) yield* subjectRules(subject, `${path}.subjects[${index}]`);
  if (resourceRules.length === 0 && nonResourceRules.length === 0) {
    yield required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty');
  }
  for (const [index, rule] of resourceRules.entries()) yield* resourceRuleRules(rule, `${path}.resourceRules[${index}]`);
  for (const [index, rule] of nonResourceRules.entries()) yield* nonResourceRuleRules(rule, `${path}.nonResourceRules[${index}]`);
}

const KINDS = [
  { kind: 'ServiceAccount', field: 'serviceAccount' },
  { kind: 'User', field: 'user' },
  { kind: 'Group', field: 'group' },
] as const;

function* subjectRules(subject: Subject, path: string): Iterable<FieldError> {
  const own = KINDS.find(({ kind }) => kind === subject.kind);
  if (!own) {
    yield notSupported(`${path}.kind`, subject.kind, ['Group', 'ServiceAccount', 'User']);
    return;
  }
  const about = subject[own.field];
  if (!about) yield required(`${path}.${own.field}`, `${own.field} is required when subject kind is '${own.kind}'`);
  else if (!about.name) yield required(`${path}.${own.field}.name`);
  if (own.field === 'serviceAccount' && subject.serviceAccount) yield* accountRules(subject.serviceAccount, `${path}.serviceAccount`);
  for (const { kind, field } of [KINDS[0], KINDS[1], KINDS[2]]) {
    if (field !== own.field && subject[field]) {
      yield forbiddenField(`${path}.${field}`, `${field} is forbidden when subject kind is not '${kind}'`);
    }
  }
}

function* accountRules({ name, namespace }: { name: string; namespace: string }, path: string): Iterable<FieldError> {
  if (name && name !== '*') yield* complaints(`${path}.name`, name, isDns1123Subdomain(name));
  if (namespace) yield* complaints(`${path}.namespace`, namespace, isDns1123Label(namespace));
  else yield required(`${path}.namespace`, 'must specify namespace for service account');
}

function* verbRules(verbs: readonly string[], path: string): Iterable<FieldError> {
  if (verbs.length === 0) yield required(path, 'verbs must contain at least one value');
  else if (verbs.includes('*')) {
    if (verbs.length > 1) yield invalidValue(path, verbs, "if '*' is present, must not specify other verbs");
  } else if (!verbs.every((verb) => VERBS.includes(verb))) yield notSupported(path, verbs, VERBS);
}

function* listRules(values: readonly string[], path: string, missing: string, others: string): Iterable<FieldError> {
  if (values.length === 0) yield required(path, missing);
  else if (values.length > 1 && values.includes('*'))
    yield invalidValue(path, values, `if '*' is present, must not specify other ${others}`);
}

function* resourceRuleRules(rule: ResourcePolicyRule, path: string): Iterable<FieldError> {
  const { verbs, apiGroups, resources, clusterScope } = rule;
  const namespaces = rule.namespaces ?? [];
  yield* verbRules(verbs ?? [], `${path}.verbs`);
  yield* listRules(apiGroups ?? [], `${path}.apiGroups`, 'resource rules must supply at least one api group', 'api groups');
  yield* listRules(resources ?? [], `${path}.resources`, 'resource rules must supply at least one resource', 'resources');
  if (namespaces.length === 0 && !clusterScope) {
    yield required(`${path}.namespaces`, 'resource rules that are not cluster scoped must supply at least one namespace');
  } else if (namespaces.includes('*')) {
    if (namespaces.length > 1) {
      yield invalidValue(`${path}.namespaces`, namespaces, "if '*' is present, must not specify other namespaces");
    }
  } else {
    for (const [index, namespace] of namespaces.entries()) {
      const faults = isDns1123Label(namespace).map((fault) => `each member of this list must be '*' or a DNS-1123 label; ${fault}`);
      yield* complaints(`${path}.namespaces[${index}]`, namespace, faults);
    }
  }
}

function* nonResourceRuleRules(rule: NonResourcePolicyRule, path: string): Iterable<FieldError> {
  const nonResourceURLs = rule.nonResourceURLs ?? [];
  yield* verbRules(rule.verbs ?? [], `${path}.verbs`);
  const field = `${path}.nonResourceURLs`;
  yield* listRules(nonResourceURLs, field, 'nonResourceURLs must contain at least one value', 'non-resource URLs');
  if (nonResourceURLs.includes('*')) return;
  for (const [index, url] of nonResourceURLs.entries()) {
    const fault = pathFault(url ?? '');
    if (fault) yield invalidValue(`${field}[${index}]`, url, fault);
  }
}

function pathFault(path: string): string | undefined {
  if (path === '') return 'must not be empty';
  if (!path.startsWith('/')) return 'must start with slash';
  if (path.includes(' ')) return 'must not contain white-space';
  if (path.includes('//')) return 'must not contain double slash';
  const star = path.indexOf('*');
  return star >= 0 && (star < path.length - 1 || !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined;
}
