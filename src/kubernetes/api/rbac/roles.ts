import { createdAtColumn, nameColumn } from '../columns.ts';
import { defineResource } from '../define.ts';
import type { ClusterRole, Role } from '../generated/rbac-v1.ts';
import { clusterRoles as clusterRoleType, roles as roleType } from '../resources.ts';
import { clusterRoleRules, roleRules } from '../validation/rbac.ts';
import { ALL_VERBS } from '../verbs.ts';

export const roles = defineResource<Role>({
  ...roleType,
  singular: 'role',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.rbac.v1.Role',
  nameRule: 'pathSegment',
  rules: roleRules,
  columns: [nameColumn, createdAtColumn],
});

export const clusterRoles = defineResource<ClusterRole>({
  ...clusterRoleType,
  singular: 'clusterrole',
  verbs: ALL_VERBS,
  schema: 'io.k8s.api.rbac.v1.ClusterRole',
  nameRule: 'pathSegment',
  rules: clusterRoleRules,
  columns: [nameColumn, createdAtColumn],
});
