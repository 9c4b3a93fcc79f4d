import type { AccessAnswer, AccessChecker, AccessQuestion } from '../../../machinery/cel/library/kubernetes/authorizer.ts';
import { serviceAccountGroups, serviceAccountUsername } from '../../authentication/identities.ts';
import type { AuthorizationAttributes, Authorizer, Decision } from '../../authorization/authorizer.ts';
import { parseFieldSelector, parseLabelSelector } from '../../authorization/selectors.ts';
import type { UserInfo } from '../../request.ts';

/** What expressions may ask about the rights of who makes a request. */
export function accessChecker(authorizer: Authorizer, user: UserInfo): AccessChecker {
  return {
    check(question) {
      const decision = authorizer.authorize(attributesOf(question, user));
      return decision instanceof Promise ? decision.then(answerOf) : answerOf(decision);
    },
    forServiceAccount: (namespace, name) =>
      accessChecker(authorizer, { username: serviceAccountUsername({ namespace, name }), groups: serviceAccountGroups(namespace) }),
  };
}

function answerOf({ decision, reason, error }: Decision): AccessAnswer {
  return { allowed: decision === 'allow', ...(reason ? { reason } : {}), ...(error ? { error } : {}) };
}

const NOTHING = { path: '', group: '', version: '', namespace: '', resource: '', subresource: '', name: '' };

function attributesOf(question: AccessQuestion, user: UserInfo): AuthorizationAttributes {
  const { verb } = question;
  if ('path' in question) return { ...NOTHING, user, verb, isResourceRequest: false, path: question.path };
  const { group, resource, subresource, namespace, name } = question;
  const fieldSelector = question.fieldSelector ? parseFieldSelector(question.fieldSelector) : undefined;
  const labelSelector = question.labelSelector ? parseLabelSelector(question.labelSelector) : undefined;
  return {
    ...NOTHING,
    user,
    verb,
    isResourceRequest: true,
    group,
    version: '*',
    namespace,
    resource,
    subresource,
    name,
    ...(fieldSelector ? { fieldSelector } : {}),
    ...(labelSelector ? { labelSelector } : {}),
  };
}
