import { ageColumn, nameColumn, text, wide } from '../columns.ts';
import { type Column, defineResource } from '../define.ts';
import type { ClusterRoleBinding, RoleBinding, RoleRef, Subject } from '../generated/rbac-v1.ts';
import { clusterRoleBindings as clusterType, roleBindings as namespacedType } from '../resources.ts';
import { clusterRoleBindingRules, roleBindingRules } from '../validation/rbac.ts';
import { ALL_VERBS } from '../verbs.ts';

const GROUP = 'rbac.authorization.k8s.io';

type Binding = RoleBinding | ClusterRoleBinding;

const subjectsOf = ({ subjects = [] }: Binding, kind: string): Subject[] => subjects.filter((subject) => subject.kind === kind);

const columns: readonly Column<Binding>[] = [
  nameColumn,
  text('Role', ({ roleRef }) => `${roleRef?.kind ?? ''}/${roleRef?.name ?? ''}`),
  ageColumn,
  wide('Users', (binding) =>
    subjectsOf(binding, 'User')
      .map(({ name }) => name)
      .join(', '),
  ),
  wide('Groups', (binding) =>
    subjectsOf(binding, 'Group')
      .map(({ name }) => name)
      .join(', '),
  ),
  wide('ServiceAccounts', (binding) =>
    subjectsOf(binding, 'ServiceAccount')
      .map(({ name, namespace }) => `${namespace ?? ''}/${name}`)
      .join(', '),
  ),
];

export const roleBindings = defineResource<RoleBinding>({
  ...namespacedType,
  singular: 'rolebinding',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.rbac.v1.RoleBinding',
  nameRule: 'pathSegment',
  defaults: defaultBinding,
  rules: roleBindingRules,
  columns,
});

export const clusterRoleBindings = defineResource<ClusterRoleBinding>({
  ...clusterType,
  singular: 'clusterrolebinding',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.rbac.v1.ClusterRoleBinding',
  nameRule: 'pathSegment',
  defaults: defaultBinding,
  rules: clusterRoleBindingRules,
  columns,
});

function defaultBinding({ roleRef, subjects = [] }: { roleRef?: RoleRef; subjects?: Subject[] }): void {
  if (roleRef) roleRef.apiGroup ||= GROUP;
  for (const subject of subjects ?? []) if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= GROUP;
}
