import { MASTERS_GROUP } from '../authentication/identities.ts';
import { type Authorizer, allow, noOpinion } from './authorizer.ts';

/** Members of system:masters may do everything, whatever the other authorizers say or cannot say. */
export const privilegedGroupsAuthorizer: Authorizer = {
  name: 'privileged-groups',
  authorize: ({ user }) => (user.groups.includes(MASTERS_GROUP) ? allow() : noOpinion()),
};

export const alwaysAllowAuthorizer: Authorizer = {
  name: 'AlwaysAllow',
  authorize: () => allow(),
  rulesFor: () => ({
    resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
    nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
    incomplete: false,
  }),
};

export const alwaysDenyAuthorizer: Authorizer = {
  name: 'AlwaysDeny',
  authorize: () => noOpinion('Everything is forbidden.'),
};
