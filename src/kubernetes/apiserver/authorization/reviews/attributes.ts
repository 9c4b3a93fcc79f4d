import type {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  NonResourceAttributes,
  ResourceAttributes,
} from '../../../api/generated/authorization-v1.ts';
import type { UserInfo } from '../../request.ts';
import type { AuthorizationAttributes, SelectorRequirement } from '../authorizer.ts';
import { parseFieldSelector, parseLabelSelector } from '../selectors.ts';

interface AccessSpec {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: NonResourceAttributes;
}

/** What a review asks, as a request would ask it, and which of its selectors could not be understood. */
export function attributesOf(spec: AccessSpec, user: UserInfo): AuthorizationAttributes & { ignored: string[] } {
  const { resourceAttributes: asked, nonResourceAttributes: path } = spec;
  const fieldSelector = asked?.fieldSelector && fieldRequirements(asked.fieldSelector);
  const labelSelector = asked?.labelSelector && labelRequirements(asked.labelSelector);
  return {
    user,
    verb: asked?.verb ?? path?.verb ?? '',
    isResourceRequest: Boolean(asked),
    path: path?.path ?? '',
    group: asked?.group ?? '',
    version: asked?.version || '*',
    namespace: asked?.namespace ?? '',
    resource: asked?.resource ?? '',
    subresource: asked?.subresource ?? '',
    name: asked?.name ?? '',
    ...(fieldSelector?.length ? { fieldSelector } : {}),
    ...(labelSelector?.length ? { labelSelector } : {}),
    ignored: [
      ...(asked?.fieldSelector && !fieldSelector ? ['fieldSelector'] : []),
      ...(asked?.labelSelector && !labelSelector ? ['labelSelector'] : []),
    ],
  };
}

/** Fields are selected by one value each. */
function fieldRequirements({ rawSelector, requirements = [] }: FieldSelectorAttributes): SelectorRequirement[] | undefined {
  if (rawSelector) return parseFieldSelector(rawSelector);
  const known = requirements.flatMap(({ key, operator, values = [] }) =>
    (operator === 'In' || operator === 'NotIn') && values.length === 1 ? { key, operator, values } : [],
  );
  return known.length === requirements.length ? (known as SelectorRequirement[]) : undefined;
}

const OPERATORS = new Set(['In', 'NotIn', 'Exists', 'DoesNotExist']);

function labelRequirements({ rawSelector, requirements = [] }: LabelSelectorAttributes): SelectorRequirement[] | undefined {
  if (rawSelector) return parseLabelSelector(rawSelector);
  const known = requirements.filter(({ operator }) => OPERATORS.has(operator));
  return known.length === requirements.length ? known.map(({ key, operator, values = [] }) => ({ key, operator, values })) : undefined;
}
