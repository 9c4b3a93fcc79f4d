import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject } from '../../api/generated/rbac-v1.ts';
import type { ObjectMeta } from '../../machinery/meta.ts';
import policy from './rbac-policy.json' with { type: 'json' };

const GROUP = 'rbac.authorization.k8s.io';
const API_VERSION = `${GROUP}/v1`;
export const AUTOUPDATE = 'rbac.authorization.kubernetes.io/autoupdate';

interface RoleEntry {
  name: string;
  namespace?: string;
  rules: string[];
  /** Its rules are collected from the roles that aggregate to this. */
  aggregates?: string;
  aggregateTo?: string;
}

interface BindingEntry {
  name: string;
  namespace?: string;
  /** `ClusterRole view` */
  role: string;
  subjects: string[];
}

/** The roles and bindings that every cluster starts with, read from the compact notation of `rbac-policy.json`. */
export interface RbacPolicy {
  clusterRoles: ClusterRole[];
  roles: Role[];
  clusterRoleBindings: ClusterRoleBinding[];
  roleBindings: RoleBinding[];
}

export function bootstrapPolicy(): RbacPolicy {
  return {
    clusterRoles: policy.clusterRoles.map((entry) => clusterRoleOf(entry)),
    roles: policy.roles.map((entry) => ({
      apiVersion: API_VERSION,
      kind: 'Role',
      metadata: metadataOf(entry),
      rules: entry.rules.map(parseRule),
    })),
    clusterRoleBindings: policy.clusterRoleBindings.map((entry) => ({ ...bindingOf(entry), kind: 'ClusterRoleBinding' })),
    roleBindings: policy.roleBindings.map((entry) => ({ ...bindingOf(entry), kind: 'RoleBinding' })),
  };
}

/** What every kubelet may do with objects that belong to no node: the rules of ClusterRole system:node. */
export function nodeRules(): PolicyRule[] {
  const role = policy.clusterRoles.find(({ name }) => name === 'system:node');
  return (role?.rules ?? []).map(parseRule);
}

function clusterRoleOf(entry: RoleEntry): ClusterRole {
  const metadata = metadataOf(entry);
  if (entry.aggregateTo) metadata.labels = { ...metadata.labels, [aggregationLabel(entry.aggregateTo)]: 'true' };
  const aggregation = entry.aggregates
    ? { aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [aggregationLabel(entry.aggregates)]: 'true' } }] } }
    : {};
  return { apiVersion: API_VERSION, kind: 'ClusterRole', metadata, ...aggregation, rules: entry.rules.map(parseRule) };
}

const aggregationLabel = (to: string) => `${GROUP}/aggregate-to-${to}`;

function metadataOf({ name, namespace }: { name: string; namespace?: string }): ObjectMeta {
  const common = { labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' }, annotations: { [AUTOUPDATE]: 'true' } };
  return namespace ? { name, namespace, ...common } : { name, ...common };
}

/** `groups | resources | verbs [| names]` or `url | paths | verbs`; `core` is the group without a name. */
export function parseRule(text: string): PolicyRule {
  const [first = [], second = [], verbs = [], names] = text.split(' | ').map((part) => part.split(','));
  if (first[0] === 'url') return { verbs, nonResourceURLs: second };
  const rule = { verbs, apiGroups: first.map((group) => (group === 'core' ? '' : group)), resources: second };
  return names ? { ...rule, resourceNames: names } : rule;
}

function bindingOf(entry: BindingEntry): { apiVersion: string; metadata: ObjectMeta; subjects?: Subject[]; roleRef: RoleRef } {
  const [kind = '', ...name] = entry.role.split(' ');
  const subjects = entry.subjects.length > 0 ? { subjects: entry.subjects.map(parseSubject) } : {};
  return { apiVersion: API_VERSION, metadata: metadataOf(entry), ...subjects, roleRef: { apiGroup: GROUP, kind, name: name.join(' ') } };
}

/** `User x`, `Group x` or `ServiceAccount namespace/x`. */
function parseSubject(text: string): Subject {
  const space = text.indexOf(' ');
  const kind = text.slice(0, space);
  const name = text.slice(space + 1);
  if (kind !== 'ServiceAccount') return { kind, apiGroup: GROUP, name };
  const [namespace = '', account = ''] = name.split('/');
  return { kind, name: account, namespace };
}
