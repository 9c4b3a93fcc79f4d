import type { FieldError } from '../../machinery/field-error.ts';
import { invalidValue, notSupported, required } from '../../machinery/validation/faults.ts';
import { isPathSegment } from '../../machinery/validation/names.ts';
import { checkName } from '../../machinery/validation/object-meta.ts';
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject } from '../generated/rbac-v1.ts';
import { internalForm } from '../internal-form/internal-form.ts';
import { sameValue } from './equal.ts';
import { isSelector, labelSelectorRules } from './label-selector.ts';

const GROUP = 'rbac.authorization.k8s.io';

export function* roleRules({ rules = [] }: Role): Iterable<FieldError> {
  for (const [index, rule] of (rules ?? []).entries()) yield* policyRules(rule, true, `rules[${index}]`);
}

export function* clusterRoleRules({ rules, aggregationRule }: ClusterRole): Iterable<FieldError> {
  for (const [index, rule] of (rules ?? []).entries()) yield* policyRules(rule, false, `rules[${index}]`);
  if (!aggregationRule) return;
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  const path = 'aggregationRule.clusterRoleSelectors';
  if (selectors.length === 0) yield required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil');
  for (const [index, selector] of selectors.entries()) {
    yield* labelSelectorRules(selector, `${path}[${index}]`);
    if (!isSelector(selector)) yield invalidValue(`${path}[${index}]`, null, 'invalid label selector.');
  }
}

function* policyRules(rule: PolicyRule, namespaced: boolean, path: string): Iterable<FieldError> {
  const { verbs = [], apiGroups = [], resources = [], nonResourceURLs = [] } = rule;
  if (!verbs?.length) yield required(`${path}.verbs`, 'verbs must contain at least one value');
  if (nonResourceURLs.length > 0) {
    if (namespaced) yield invalidValue(`${path}.nonResourceURLs`, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs');
    if (apiGroups.length || resources.length || rule.resourceNames?.length) {
      yield invalidValue(`${path}.nonResourceURLs`, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs');
    }
    return;
  }
  if (apiGroups.length === 0) yield required(`${path}.apiGroups`, 'resource rules must supply at least one api group');
  if (resources.length === 0) yield required(`${path}.resources`, 'resource rules must supply at least one resource');
}

export function* roleBindingRules(next: RoleBinding, previous?: RoleBinding): Iterable<FieldError> {
  yield* roleRefRules(next.roleRef, ['Role', 'ClusterRole']);
  yield* subjectsRules(next.subjects ?? [], true);
  if (previous && !sameValue(next.roleRef, previous.roleRef))
    yield invalidValue('roleRef', internalForm(next.roleRef, 'io.k8s.api.rbac.v1.RoleRef'), 'cannot change roleRef');
}

export function* clusterRoleBindingRules(next: ClusterRoleBinding, previous?: ClusterRoleBinding): Iterable<FieldError> {
  yield* roleRefRules(next.roleRef, ['ClusterRole']);
  yield* subjectsRules(next.subjects ?? [], false);
  if (previous && !sameValue(next.roleRef, previous.roleRef))
    yield invalidValue('roleRef', internalForm(next.roleRef, 'io.k8s.api.rbac.v1.RoleRef'), 'cannot change roleRef');
}

function* roleRefRules(roleRef: RoleRef, kinds: readonly string[]): Iterable<FieldError> {
  const { apiGroup = '', kind = '', name = '' } = roleRef ?? {};
  if (apiGroup !== GROUP) yield notSupported('roleRef.apiGroup', apiGroup, [GROUP]);
  if (!kinds.includes(kind)) yield notSupported('roleRef.kind', kind, kinds);
  if (!name) yield required('roleRef.name');
  else for (const complaint of isPathSegment(name)) yield invalidValue('roleRef.name', name, complaint);
}

function* subjectsRules(subjects: readonly Subject[], namespaced: boolean): Iterable<FieldError> {
  for (const [index, subject] of subjects.entries()) yield* subjectRules(subject, namespaced, `subjects[${index}]`);
}

function* subjectRules(
  { kind = '', name = '', apiGroup = '', namespace = '' }: Subject,
  namespaced: boolean,
  path: string,
): Iterable<FieldError> {
  if (!name) yield required(`${path}.name`);
  switch (kind) {
    case 'ServiceAccount':
      if (name) for (const complaint of checkName('dnsSubdomain', name)) yield invalidValue(`${path}.name`, name, complaint);
      if (apiGroup) yield notSupported(`${path}.apiGroup`, apiGroup, ['']);
      if (!namespaced && !namespace) yield required(`${path}.namespace`);
      break;
    case 'User':
    case 'Group':
      if (apiGroup !== GROUP) yield notSupported(`${path}.apiGroup`, apiGroup, [GROUP]);
      break;
    default:
      yield notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']);
  }
}
