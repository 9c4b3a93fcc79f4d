import { describe, expect, test } from 'vitest';
import { MemoryObjectStore } from '../../../../test/support/memory-object-store.ts';
import { hasReference, recorded } from '../../../../test/support/reference.ts';
import { systemClock } from '../../../base/clock.ts';
import { silentLog } from '../../../base/log.ts';
import type { SubjectAccessReviewSpec } from '../../api/generated/authorization-v1.ts';
import type { ClusterRole, Role } from '../../api/generated/rbac-v1.ts';
import { clusterRoleBindings, clusterRoles, roleBindings, roles } from '../../api/resources.ts';
import { rbacHook } from '../bootstrap/rbac.ts';
import { nodeRules } from '../bootstrap/rbac-policy.ts';
import type { ServerCore } from '../extensions.ts';
import { NodeAuthorizer } from './node/node-authorizer.ts';
import { NodeGraph } from './node/node-graph.ts';
import { privilegedGroupsAuthorizer } from './privileged-groups.ts';
import { RbacAuthorizer } from './rbac/rbac-authorizer.ts';
import { RbacIndex } from './rbac/rbac-index.ts';
import { RuleResolver } from './rbac/rule-resolver.ts';
import { attributesOf } from './reviews/attributes.ts';
import { unionAuthorizer } from './union.ts';

interface Recorded {
  spec: SubjectAccessReviewSpec;
  allowed: boolean;
  reason?: string;
}

/** The state of the recorded server: its bootstrap policy and the roles and bindings among the base objects. */
async function recordedServer(): Promise<MemoryObjectStore> {
  const store = new MemoryObjectStore();
  await rbacHook.run({ store, clock: systemClock, log: silentLog, signal: new AbortController().signal } as unknown as ServerCore);
  for (const { object } of recorded<{ object: Role & ClusterRole & { roleRef: never } }>('bases')) {
    const inNamespace = { ...object, metadata: { ...object.metadata, namespace: 'oracle' } };
    if (object.kind === 'Role') store.put(roles, inNamespace);
    if (object.kind === 'RoleBinding') store.put(roleBindings, inNamespace);
    if (object.kind === 'ClusterRole') store.put(clusterRoles, object);
    if (object.kind === 'ClusterRoleBinding') store.put(clusterRoleBindings, object);
  }
  return store;
}

/** Which of several bindings that allow is named is chance upstream; so is the order of faults. */
const withoutChance = (reason: string | undefined) => (reason?.startsWith('RBAC: allowed by') ? 'RBAC: allowed' : reason);

describe.skipIf(!hasReference)('recorded access reviews', () => {
  test('same decisions and reasons', async () => {
    const store = await recordedServer();
    const rbac = new RbacAuthorizer(new RuleResolver(store, new RbacIndex(store)));
    const authorizer = unionAuthorizer([privilegedGroupsAuthorizer, new NodeAuthorizer(new NodeGraph(store), nodeRules()), rbac]);
    const differences = [];
    for (const { spec, allowed, reason } of recorded<Recorded>('access-reviews')) {
      const decision = await authorizer.authorize(attributesOf(spec, { username: spec.user ?? '', groups: spec.groups ?? [] }));
      const same = (decision.decision === 'allow') === allowed && withoutChance(decision.reason) === withoutChance(reason);
      if (!same) differences.push({ spec, allowed, reason, decision });
    }
    expect(differences).toEqual([]);
  });
});
