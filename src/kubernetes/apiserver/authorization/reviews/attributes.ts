import type { NonResourceAttributes, ResourceAttributes } from '../../../api/generated/authorization-v1.ts';
import type { UserInfo } from '../../request.ts';
import type { AuthorizationAttributes, SelectorRequirement } from '../authorizer.ts';
import { parseFieldSelector, parseLabelSelector } from '../selectors.ts';

interface AccessSpec {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: NonResourceAttributes;
}

/** What a review asks, as a request would ask it. */
export function attributesOf(spec: AccessSpec, user: UserInfo): AuthorizationAttributes {
  const { resourceAttributes: asked, nonResourceAttributes: path } = spec;
  return {
    user,
    verb: asked?.verb ?? path?.verb ?? '',
    isResourceRequest: asked !== undefined,
    path: path?.path ?? '',
    group: asked?.group ?? '',
    version: asked?.version || '*',
    namespace: asked?.namespace ?? '',
    resource: asked?.resource ?? '',
    subresource: asked?.subresource ?? '',
    name: asked?.name ?? '',
    ...selectorsOf(asked),
  };
}

function selectorsOf(asked: ResourceAttributes | undefined): Pick<AuthorizationAttributes, 'fieldSelector' | 'labelSelector'> {
  const field = asked?.fieldSelector?.rawSelector ? parseFieldSelector(asked.fieldSelector.rawSelector) : requirements(asked?.fieldSelector?.requirements);
  const label = asked?.labelSelector?.rawSelector ? parseLabelSelector(asked.labelSelector.rawSelector) : requirements(asked?.labelSelector?.requirements);
  return { ...(field ? { fieldSelector: field } : {}), ...(label ? { labelSelector: label } : {}) };
}

function requirements(given: { key: string; operator: string; values?: string[] }[] | undefined): SelectorRequirement[] | undefined {
  return given?.map(({ key, operator, values = [] }) => ({ key, operator: operator as SelectorRequirement['operator'], values }));
}
