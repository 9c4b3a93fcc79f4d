import type { UserInfo } from '../../request.ts';
import { type AuthorizationAttributes, type Authorizer, allow, type Decision, type KnownRules, noOpinion } from '../authorizer.ts';
import { ruleAllows } from './policy-rule.ts';
import { type Binding, subjectFor } from './rbac-index.ts';
import { joinFaults, type RuleResolver } from './rule-resolver.ts';

/** Role-based access control: allowed is what some role that is bound to the user allows. */
export class RbacAuthorizer implements Authorizer {
  readonly name = 'RBAC';
  readonly #resolver: RuleResolver;

  constructor(resolver: RuleResolver) {
    this.#resolver = resolver;
  }

  authorize(attributes: AuthorizationAttributes): Decision {
    const faults = new Set<string>();
    for (const grant of this.#resolver.grants(attributes.user, attributes.namespace)) {
      if ('fault' in grant) faults.add(grant.fault);
      else if (grant.rules.some((rule) => ruleAllows(rule, attributes)))
        return allow(`RBAC: allowed by ${describeBinding(grant.binding, attributes.user)}`);
    }
    return noOpinion(faults.size > 0 ? `RBAC: ${joinFaults([...faults])}` : '');
  }

  rulesFor(user: UserInfo, namespace: string): KnownRules {
    const { rules, faults } = this.#resolver.rulesFor(user, namespace);
    return {
      resourceRules: rules.flatMap(({ verbs, apiGroups, resources, resourceNames }) =>
        resources?.length ? { verbs, apiGroups, resources, resourceNames } : [],
      ),
      nonResourceRules: rules.flatMap(({ verbs, nonResourceURLs }) => (nonResourceURLs?.length ? { verbs, nonResourceURLs } : [])),
      incomplete: false,
      ...(faults.length > 0 ? { evaluationError: joinFaults(faults) } : {}),
    };
  }
}

function describeBinding(binding: Binding, user: UserInfo): string {
  const { name, namespace } = binding.metadata;
  const { kind: roleKind, name: roleName } = binding.roleRef;
  const what = namespace ? `RoleBinding "${name}/${namespace}"` : `ClusterRoleBinding "${name}"`;
  return `${what} of ${roleKind} "${roleName}" to ${describeSubject(binding, user)}`;
}

function describeSubject(binding: Binding, user: UserInfo): string {
  const subject = subjectFor(binding, user);
  if (subject?.kind !== 'ServiceAccount') return `${subject?.kind} "${subject?.name}"`;
  return `ServiceAccount "${subject.name}/${subject.namespace || binding.metadata.namespace}"`;
}
