import type { RequestContext } from '../request.ts';
import type { AuthorizationAttributes } from './authorizer.ts';
import { parseFieldSelector, parseLabelSelector } from './selectors.ts';

const SELECTING_VERBS = new Set(['list', 'watch', 'deletecollection']);

/** What a request asks of authorizers. Selectors count: a kubelet may list the pods of its own node. */
export function requestAttributes({ user, info, query }: RequestContext): AuthorizationAttributes {
  const { verb, isResourceRequest, path, group, version, namespace, resource, subresource, name } = info;
  const attributes: AuthorizationAttributes = {
    user,
    verb,
    isResourceRequest,
    path,
    group,
    version,
    namespace,
    resource,
    subresource,
    name,
  };
  if (!isResourceRequest || !SELECTING_VERBS.has(verb)) return attributes;
  const fieldSelector = parseFieldSelector(query.get('fieldSelector') ?? '');
  if (fieldSelector?.length) attributes.fieldSelector = fieldSelector;
  const labelSelector = parseLabelSelector(query.get('labelSelector') ?? '');
  if (labelSelector?.length) attributes.labelSelector = labelSelector;
  return attributes;
}
