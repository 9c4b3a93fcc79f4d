import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../../machinery/status.ts';
import type { AuthorizationAttributes, Authorizer } from '../authorization/authorizer.ts';
import { forbiddenRequest } from '../authorization/forbidden.ts';
import type { RequestFilter } from '../extensions.ts';
import type { RequestContext, UserInfo } from '../request.ts';
import {
  ANONYMOUS_USER,
  AUTHENTICATED_GROUP,
  parseServiceAccountUsername,
  serviceAccountGroups,
  UNAUTHENTICATED_GROUP,
} from './identities.ts';
import { extraHeaders, many, single } from './request-header.ts';

const EXTRA_PREFIX = 'impersonate-extra-';
const AUTHENTICATION_GROUP = 'authentication.k8s.io';

/** Who the headers ask to be. */
interface Wanted {
  username: string;
  uid: string;
  groups: string[];
  extra: Record<string, string[]>;
}

/** `kubectl --as`: a request in another's name, for those who may `impersonate` that user, each group and each extra. */
export function impersonationFilter(authorizer: Authorizer): RequestFilter {
  return {
    name: 'impersonation',
    async apply(request) {
      const wanted = wantedIdentity(request.headers);
      if (!wanted) return;
      for (const attributes of permissionsNeeded(wanted, request.user)) {
        const { decision, reason } = await authorizer.authorize(attributes);
        if (decision !== 'allow') throw forbiddenRequest(attributes, reason);
      }
      become(request, wanted);
    },
  };
}

function wantedIdentity(headers: IncomingHttpHeaders): Wanted | undefined {
  const wanted = {
    username: single(headers['impersonate-user']),
    uid: single(headers['impersonate-uid']),
    groups: many(headers['impersonate-group']),
    extra: extraHeaders(headers, EXTRA_PREFIX),
  };
  if (wanted.username) return wanted;
  if (wanted.uid || wanted.groups.length > 0 || Object.keys(wanted.extra).length > 0) throw withoutUser(wanted);
  return undefined;
}

function withoutUser({ uid, groups, extra }: Wanted): ApiError {
  const requested = [
    ...(uid ? ['uid'] : []),
    ...(groups.length > 0 ? ['groups'] : []),
    ...(Object.keys(extra).length > 0 ? ['extra'] : []),
  ].join(', ');
  return new ApiError({
    code: 500,
    reason: 'InternalError',
    message: `Internal Server Error: requested ${requested} without impersonating a user name`,
  });
}

function* permissionsNeeded({ username, uid, groups, extra }: Wanted, user: UserInfo): Iterable<AuthorizationAttributes> {
  const account = parseServiceAccountUsername(username);
  if (account) yield permission(user, { resource: 'serviceaccounts', namespace: account.namespace, name: account.name });
  else yield permission(user, { resource: 'users', name: username });
  for (const group of groups) yield permission(user, { resource: 'groups', name: group });
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values)
      yield permission(user, { group: AUTHENTICATION_GROUP, resource: 'userextras', subresource: key, name: value });
  }
  if (uid) yield permission(user, { group: AUTHENTICATION_GROUP, resource: 'uids', name: uid });
}

function permission(user: UserInfo, about: Partial<AuthorizationAttributes>): AuthorizationAttributes {
  return {
    user,
    verb: 'impersonate',
    isResourceRequest: true,
    path: '',
    group: '',
    version: about.group ? 'v1' : '',
    namespace: '',
    resource: '',
    subresource: '',
    name: '',
    ...about,
  };
}

function become(request: RequestContext, { username, uid, groups, extra }: Wanted): void {
  request.user = { username, groups: effectiveGroups(username, groups), extra, ...(uid ? { uid } : {}) };
  for (const header of Object.keys(request.headers)) if (header.startsWith('impersonate-')) delete request.headers[header];
}

/** Groups that follow from the user are added where the request leaves them out. */
function effectiveGroups(username: string, asked: readonly string[]): string[] {
  const account = parseServiceAccountUsername(username);
  const groups = asked.length === 0 && account ? serviceAccountGroups(account.namespace) : [...asked];
  const implied = username === ANONYMOUS_USER ? UNAUTHENTICATED_GROUP : AUTHENTICATED_GROUP;
  const excluded = username === ANONYMOUS_USER ? AUTHENTICATED_GROUP : UNAUTHENTICATED_GROUP;
  if (groups.includes(implied) || groups.includes(excluded)) return groups;
  return [...groups, implied];
}
