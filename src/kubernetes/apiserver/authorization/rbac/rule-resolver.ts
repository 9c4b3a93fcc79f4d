import type { PolicyRule, RoleRef } from '../../../api/generated/rbac-v1.ts';
import { clusterRoles, roles } from '../../../api/resources.ts';
import type { ObjectStore } from '../../registry.ts';
import type { UserInfo } from '../../request.ts';
import type { Binding, RbacIndex } from './rbac-index.ts';

/** Either the rules that a binding gives, or why its role could not be resolved. */
export type Grant = { binding: Binding; rules: readonly PolicyRule[] } | { fault: string };

const NO_RULES: readonly PolicyRule[] = [];

/** Resolves users to bindings to roles to rules, from memory. */
export class RuleResolver {
  readonly #store: ObjectStore;
  readonly #index: RbacIndex;

  constructor(store: ObjectStore, index: RbacIndex) {
    this.#store = store;
    this.#index = index;
  }

  /** Cluster-wide grants first, then those of the namespace. */
  *grants(user: UserInfo, namespace: string): Iterable<Grant> {
    yield* this.#grantsIn(user, '');
    if (namespace) yield* this.#grantsIn(user, namespace);
  }

  *#grantsIn(user: UserInfo, namespace: string): Iterable<Grant> {
    for (const binding of this.#index.bindingsOf(user, namespace)) yield this.#resolve(binding, namespace);
  }

  #resolve(binding: Binding, namespace: string): Grant {
    const rules = this.rulesOf(binding.roleRef, namespace);
    return rules ? { binding, rules } : { fault: missingRole(binding.roleRef) };
  }

  /** Undefined where the role does not exist. */
  rulesOf(ref: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const role = ref.kind === 'ClusterRole' ? this.#store.get(clusterRoles, '', ref.name) : this.#store.get(roles, namespace, ref.name);
    return role && (role.rules ?? NO_RULES);
  }

  /** All rules of a user in a namespace, and what could not be resolved. */
  rulesFor(user: UserInfo, namespace: string): { rules: PolicyRule[]; faults: string[] } {
    const rules: PolicyRule[] = [];
    const faults = new Set<string>();
    const seen = new Set<Binding>();
    for (const grant of this.grants(user, namespace)) {
      if ('fault' in grant) faults.add(grant.fault);
      else if (!seen.has(grant.binding)) rules.push(...grant.rules);
      if ('binding' in grant) seen.add(grant.binding);
    }
    return { rules, faults: [...faults] };
  }
}

/** Upstream says the resource in the singular here: `clusterrole.rbac.authorization.k8s.io "x" not found`. */
function missingRole(ref: RoleRef): string {
  if (ref.kind !== 'Role' && ref.kind !== 'ClusterRole') return `unsupported role reference kind: "${ref.kind}"`;
  return `${ref.kind.toLowerCase()}.rbac.authorization.k8s.io "${ref.name}" not found`;
}

/** Several faults as Go's aggregate error prints them. */
export function joinFaults(faults: readonly string[]): string {
  return faults.length > 1 ? `[${faults.join(', ')}]` : (faults[0] ?? '');
}
