import type { UserInfo } from '../request.ts';

/** Well-known users, groups and extra keys (k8s.io/apiserver/pkg/authentication/user). */
export const ANONYMOUS_USER = 'system:anonymous';
export const AUTHENTICATED_GROUP = 'system:authenticated';
export const UNAUTHENTICATED_GROUP = 'system:unauthenticated';
export const MASTERS_GROUP = 'system:masters';
export const NODES_GROUP = 'system:nodes';
export const BOOTSTRAPPERS_GROUP = 'system:bootstrappers';

export const CREDENTIAL_ID_EXTRA = 'authentication.kubernetes.io/credential-id';
export const POD_NAME_EXTRA = 'authentication.kubernetes.io/pod-name';
export const POD_UID_EXTRA = 'authentication.kubernetes.io/pod-uid';
export const NODE_NAME_EXTRA = 'authentication.kubernetes.io/node-name';
export const NODE_UID_EXTRA = 'authentication.kubernetes.io/node-uid';

const SERVICE_ACCOUNT_PREFIX = 'system:serviceaccount:';
const NODE_PREFIX = 'system:node:';

export interface ServiceAccountName {
  namespace: string;
  name: string;
}

export function serviceAccountUsername({ namespace, name }: ServiceAccountName): string {
  return `${SERVICE_ACCOUNT_PREFIX}${namespace}:${name}`;
}

/** The groups every service account of a namespace is in. */
export function serviceAccountGroups(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

/** The opposite of {@link serviceAccountUsername}; undefined for any other user. */
export function parseServiceAccountUsername(username: string): ServiceAccountName | undefined {
  if (!username.startsWith(SERVICE_ACCOUNT_PREFIX)) return undefined;
  const [namespace, name, ...rest] = username.slice(SERVICE_ACCOUNT_PREFIX.length).split(':');
  return namespace && name && rest.length === 0 ? { namespace, name } : undefined;
}

/** Undefined: not a node. An empty name: in the nodes group without a node's user name. */
export function nodeIdentity(user: UserInfo): { nodeName: string } | undefined {
  if (!user.username.startsWith(NODE_PREFIX)) return undefined;
  return user.groups.includes(NODES_GROUP) ? { nodeName: user.username.slice(NODE_PREFIX.length) } : undefined;
}
