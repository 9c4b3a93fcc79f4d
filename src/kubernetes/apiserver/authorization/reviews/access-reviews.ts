import type {
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
  SubjectAccessReviewStatus,
} from '../../../api/generated/authorization-v1.ts';
import { badRequest, invalid } from '../../../machinery/status.ts';
import type { VirtualResource } from '../../extensions.ts';
import type { UserInfo } from '../../request.ts';
import type { Authorizer } from '../authorizer.ts';
import { joinFaults } from '../rbac/rule-resolver.ts';
import { attributesOf } from './attributes.ts';
import { checkReview, selfReviewFaults, subjectReviewFaults } from './rules.ts';

const GROUP = 'authorization.k8s.io';

/** `kubectl auth can-i` and what other components ask before they serve someone. */
export function accessReviews(authorizer: Authorizer): VirtualResource[] {
  return [
    {
      ...review('SubjectAccessReview', 'subjectaccessreviews'),
      async create(object) {
        const asked = object as SubjectAccessReview;
        const spec = asked.spec ?? {};
        checkReview(asked, subjectReviewFaults(spec));
        return { ...asked, status: await decide(authorizer, attributesOf(spec, subjectOf(spec))) };
      },
    },
    {
      ...review('SelfSubjectAccessReview', 'selfsubjectaccessreviews'),
      async create(object, { user }) {
        const asked = object as SelfSubjectAccessReview;
        const spec = asked.spec ?? {};
        checkReview(asked, selfReviewFaults(spec));
        return { ...asked, status: await decide(authorizer, attributesOf(spec, user)) };
      },
    },
    {
      ...review('LocalSubjectAccessReview', 'localsubjectaccessreviews'),
      namespaced: true,
      async create(object, { info }) {
        const asked = object as LocalSubjectAccessReview;
        const spec = asked.spec ?? {};
        checkReview(asked, subjectReviewFaults(spec));
        checkNamespace(spec, info.namespace);
        return { ...asked, status: await decide(authorizer, attributesOf(spec, subjectOf(spec))) };
      },
    },
  ];
}

function review(kind: string, plural: string): Omit<VirtualResource, 'create'> {
  return {
    group: GROUP,
    version: 'v1',
    kind,
    plural,
    singular: kind.toLowerCase(),
    namespaced: false,
    schema: `io.k8s.api.authorization.v1.${kind}`,
  };
}

function subjectOf({ user, groups, uid, extra }: SubjectAccessReviewSpec): UserInfo {
  return { username: user ?? '', groups: groups ?? [], ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) };
}

function checkNamespace(spec: SubjectAccessReviewSpec, namespace: string): void {
  const asked = spec.resourceAttributes?.namespace ?? '';
  if (spec.nonResourceAttributes) {
    const message = 'Invalid value: {}: disallowed on this kind of request';
    throw invalid({ group: GROUP, kind: '' }, '', [{ type: 'FieldValueInvalid', field: 'spec.nonResourceAttributes', message }]);
  }
  if (asked !== namespace) throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${asked} != ${namespace}`);
}

async function decide(
  authorizer: Authorizer,
  { ignored, ...attributes }: ReturnType<typeof attributesOf>,
): Promise<SubjectAccessReviewStatus> {
  const { decision, reason } = await authorizer.authorize(attributes);
  const fault = joinFaults(ignored.map((selector) => `spec.resourceAttributes.${selector} ignored due to parse error`));
  return {
    allowed: decision === 'allow',
    ...(decision === 'deny' ? { denied: true } : {}),
    ...(reason ? { reason } : {}),
    ...(fault ? { evaluationError: fault } : {}),
  };
}
