import type { ClusterRole, PolicyRule } from '../../api/generated/rbac-v1.ts';
import { clusterRoles } from '../../api/resources.ts';
import { selectorFrom } from '../../machinery/selectors.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';

/** Fills roles that aggregate others, such as `admin` and `view`, with the rules of the roles their labels select. */
export const clusterRoleAggregationController = defineController({
  name: 'clusterrole-aggregation',
  primary: clusterRoles,
  // Any role may come to be, or cease to be, a part of any aggregating one: there are few of these.
  watches: [watchOf(clusterRoles, (_change, cache) => cache.list(clusterRoles).filter(isAggregating).map(nameOf))],

  async reconcile(name, { cache, api }, signal) {
    const role = cache.get(clusterRoles, name);
    if (!role || !isAggregating(role)) return done;
    const rules = rulesFor(role, cache.list(clusterRoles));
    if (JSON.stringify(rules) !== JSON.stringify(role.rules ?? [])) await api.update(clusterRoles, { ...role, rules }, {}, signal);
    return done;
  },
});

const nameOf = ({ metadata }: ClusterRole) => metadata.name ?? '';

function isAggregating({ aggregationRule }: ClusterRole): boolean {
  return aggregationRule !== undefined && aggregationRule !== null;
}

/** The rules of all selected roles, each rule once, in the order of the roles' names within each selector. */
export function rulesFor(role: ClusterRole, all: readonly ClusterRole[]): PolicyRule[] {
  const byName = [...all].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const found = new Map<string, PolicyRule>();
  for (const selector of role.aggregationRule?.clusterRoleSelectors ?? []) {
    const { matches } = selectorFrom(selector);
    for (const part of byName) {
      if (nameOf(part) === nameOf(role) || !matches(part.metadata.labels ?? {})) continue;
      for (const rule of part.rules ?? []) found.set(JSON.stringify(rule), rule);
    }
  }
  return [...found.values()];
}
