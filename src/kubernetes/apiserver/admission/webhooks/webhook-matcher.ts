import type { ResourceType } from '../../../machinery/resource.ts';
import type { AdmissionAttributes } from '../admission.ts';
import type { Matcher } from '../matching/matcher.ts';
import type { Webhook } from './webhook.ts';

/** The resource as which a webhook is asked about a request; undefined where it is not asked. */
export function concerns(matcher: Matcher, webhook: Webhook, attributes: AdmissionAttributes): ResourceType | undefined {
  const { rules = [], matchPolicy, namespaceSelector, objectSelector } = webhook;
  return matcher.match(
    {
      resourceRules: rules,
      ...(matchPolicy ? { matchPolicy } : {}),
      ...(namespaceSelector ? { namespaceSelector } : {}),
      ...(objectSelector ? { objectSelector } : {}),
    },
    attributes,
  );
}
