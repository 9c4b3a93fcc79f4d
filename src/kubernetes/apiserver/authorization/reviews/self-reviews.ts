import type { SelfSubjectReview, UserInfo as WireUser } from '../../../api/generated/authentication-v1.ts';
import type { SelfSubjectRulesReview } from '../../../api/generated/authorization-v1.ts';
import { badRequest } from '../../../machinery/status.ts';
import type { VirtualResource } from '../../extensions.ts';
import type { UserInfo } from '../../request.ts';
import type { Authorizer } from '../authorizer.ts';

/** `kubectl auth can-i --list`: what the asking user may do in a namespace. */
export function selfSubjectRulesReviews(authorizer: Authorizer): VirtualResource {
  return {
    group: 'authorization.k8s.io',
    version: 'v1',
    kind: 'SelfSubjectRulesReview',
    plural: 'selfsubjectrulesreviews',
    singular: 'selfsubjectrulesreview',
    namespaced: false,
    schema: 'io.k8s.api.authorization.v1.SelfSubjectRulesReview',
    create(object, { user }) {
      const asked = object as SelfSubjectRulesReview;
      const namespace = asked.spec?.namespace ?? '';
      if (!namespace) throw badRequest('no namespace on request');
      const rules = authorizer.rulesFor?.(user, namespace);
      const status = {
        resourceRules: (rules?.resourceRules ?? []).map((rule) => ({ ...rule, verbs: [...rule.verbs] })),
        nonResourceRules: (rules?.nonResourceRules ?? []).map((rule) => ({ ...rule, verbs: [...rule.verbs] })),
        incomplete: rules?.incomplete ?? false,
        ...(rules?.evaluationError ? { evaluationError: rules.evaluationError } : {}),
      };
      return Object.assign(asked, { status });
    },
  };
}

/** `kubectl auth whoami`. */
export const selfSubjectReviews: VirtualResource = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  singular: 'selfsubjectreview',
  namespaced: false,
  schema: 'io.k8s.api.authentication.v1.SelfSubjectReview',
  create: (object, { user }) => ({ ...(object as SelfSubjectReview), status: { userInfo: wireUser(user) } }) as SelfSubjectReview,
};

export function wireUser({ username, uid, groups, extra }: UserInfo): WireUser {
  return { username, ...(uid ? { uid } : {}), groups, ...(extra && Object.keys(extra).length > 0 ? { extra } : {}) };
}
