import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding, Subject } from '../../api/generated/rbac-v1.ts';
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from '../../api/resources.ts';
import { uncovered } from '../authorization/rbac/cover.ts';
import type { StartHook } from '../extensions.ts';
import type { ObjectStore } from '../registry.ts';
import { createMissing } from './create-missing.ts';
import { AUTOUPDATE, bootstrapPolicy } from './rbac-policy.ts';

/** Gives a cluster its default roles and bindings, and gives back what someone took away from them. */
export const rbacHook: StartHook = {
  name: 'rbac/bootstrap-roles',
  async run({ store }) {
    const policy = bootstrapPolicy();
    await Promise.all([
      createMissing(store, clusterRoles, policy.clusterRoles, withMissingRules),
      createMissing(store, roles, policy.roles, withMissingRules),
      replaceForeign(store, policy.clusterRoleBindings),
      createMissing(store, roleBindings, policy.roleBindings, withMissingSubjects),
    ]);
  },
};

/** Undefined where nothing is missing, or where the annotation says hands off. Aggregated roles are filled by their controller. */
export function withMissingRules<T extends ClusterRole | Role>(existing: T, wanted: T): T | undefined {
  if (existing.metadata.annotations?.[AUTOUPDATE] === 'false' || 'aggregationRule' in wanted) return undefined;
  const missing = uncovered(existing.rules ?? [], wanted.rules ?? []);
  return missing.length > 0 ? { ...existing, rules: [...(existing.rules ?? []), ...missing] } : undefined;
}

export function withMissingSubjects<T extends ClusterRoleBinding | RoleBinding>(existing: T, wanted: T): T | undefined {
  if (existing.metadata.annotations?.[AUTOUPDATE] === 'false') return undefined;
  const known = new Set((existing.subjects ?? []).map(keyOf));
  const missing = (wanted.subjects ?? []).filter((subject) => !known.has(keyOf(subject)));
  return missing.length > 0 ? { ...existing, subjects: [...(existing.subjects ?? []), ...missing] } : undefined;
}

const keyOf = ({ kind, namespace = '', name }: Subject) => `${kind}/${namespace}/${name}`;

/** A binding's role cannot change: one that points elsewhere is made anew. */
async function replaceForeign(store: ObjectStore, wanted: readonly ClusterRoleBinding[]): Promise<void> {
  const foreign = wanted.filter(({ metadata, roleRef }) => {
    const existing = store.get(clusterRoleBindings, '', metadata.name ?? '');
    return existing && existing.metadata.annotations?.[AUTOUPDATE] !== 'false' && existing.roleRef.name !== roleRef.name;
  });
  await Promise.all(foreign.map(({ metadata }) => store.delete(clusterRoleBindings, '', metadata.name ?? '')));
  const gone = new Set(foreign);
  await createMissing(
    store,
    clusterRoleBindings,
    wanted.filter((binding) => !gone.has(binding)),
    withMissingSubjects,
  );
  await Promise.all([...gone].map((binding) => store.create(clusterRoleBindings, binding)));
}
