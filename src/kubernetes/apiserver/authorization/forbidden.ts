import { ApiError, forbidden } from '../../machinery/status.ts';
import type { AuthorizationAttributes } from './authorizer.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The 403 of a request that nobody allowed. */
export function forbiddenRequest(attributes: AuthorizationAttributes, reason?: string): ApiError {
  const sentence = sanitize(sentenceFor(attributes));
  const why = reason ? `${sentence}: ${reason}` : sentence;
  if (!attributes.isResourceRequest) return new ApiError({ code: 403, reason: 'Forbidden', message: `forbidden: ${why}`, details: {} });
  return forbidden({ group: attributes.group, plural: attributes.resource }, attributes.name, why);
}

/** The 500 of a request about which an authorizer could not tell. */
export function undecidedRequest(url: string, error: string): ApiError {
  return new ApiError({ code: 500, reason: 'InternalError', message: `Internal Server Error: ${JSON.stringify(url)}: ${error}` });
}

function sentenceFor(attributes: AuthorizationAttributes): string {
  const { user, verb, path, resource, subresource, group, namespace } = attributes;
  const who = `User ${JSON.stringify(user.username)} cannot ${verb}`;
  if (!attributes.isResourceRequest) return `${who} path ${JSON.stringify(path)}`;
  const what = subresource ? `${resource}/${subresource}` : resource;
  const where = namespace ? `in the namespace ${JSON.stringify(namespace)}` : 'at the cluster scope';
  return `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(group)} ${where}`;
}

/** Names come from the request, and messages end up in web pages. */
function sanitize(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}
