import type { Namespace } from '../../../api/generated/core-v1.ts';
import { AuthorizerValue, ResourceCheckValue } from '../../../machinery/cel/library/kubernetes/authorizer.ts';
import type { KubeObject } from '../../../machinery/meta.ts';
import type { ResourceType } from '../../../machinery/resource.ts';
import type { Authorizer } from '../../authorization/authorizer.ts';
import type { AdmissionAttributes } from '../admission.ts';
import { shownAs } from '../matching/versioned.ts';
import { requestOf } from '../webhooks/review.ts';
import { accessChecker } from './access-checker.ts';

/** What the expressions about one request are given, whatever policy they stand in. */
export interface Activation {
  readonly object: KubeObject | null;
  readonly oldObject: KubeObject | null;
  readonly request: object;
  readonly namespaceObject: object | null;
  readonly params: object | null;
  readonly authorizer: AuthorizerValue;
  readonly 'authorizer.requestResource': ResourceCheckValue;
}

/** The request in the eyes of a policy that knows its resource as `resource`. */
export async function activationOf(
  attributes: AdmissionAttributes,
  resource: ResourceType,
  authorizer: Authorizer,
  namespace?: Namespace,
): Promise<Activation> {
  const { object, oldObject, user, subresource, name } = attributes;
  const asker = new AuthorizerValue(accessChecker(authorizer, user));
  const { group, plural } = attributes.resource;
  return {
    object: object ? await shownAs(object, attributes, resource) : null,
    oldObject: oldObject ? await shownAs(oldObject, attributes, resource) : null,
    request: requestOf(attributes, resource),
    namespaceObject: namespace ? namespaceData(namespace) : null,
    params: null,
    authorizer: asker,
    'authorizer.requestResource': new ResourceCheckValue(asker, {
      group,
      resource: plural,
      subresource,
      namespace: attributes.namespace,
      name,
      fieldSelector: '',
      labelSelector: '',
    }),
  };
}

/** Without managed fields and owners, which are nobody's business here; the uid goes by its name in Go. */
function namespaceData({ metadata, spec, status }: Namespace): object {
  const { uid, managedFields: _, ownerReferences: __, selfLink: ___, ...rest } = metadata;
  return { metadata: { ...rest, ...(uid ? { UID: uid } : {}) }, ...(spec ? { spec } : {}), ...(status ? { status } : {}) };
}
