import { parseCertificates } from './authentication/certificates.ts';
import { staticTokenAuthenticator } from './authentication/static-token.ts';
import { clientCertificateAuthenticator } from './authentication/x509.ts';
import { privilegedGroupsAuthorizer } from './authorization/privileged-groups.ts';
import { RbacAuthorizer } from './authorization/rbac/rbac-authorizer.ts';
import { RbacIndex } from './authorization/rbac/rbac-index.ts';
import { RuleResolver } from './authorization/rbac/rule-resolver.ts';
import { namespacesHook } from './bootstrap/namespaces.ts';
import { priorityClassesHook } from './bootstrap/priority-classes.ts';
import { rbacHook } from './bootstrap/rbac.ts';
import type { ServerCore, ServerExtensions } from './extensions.ts';

/** Everything that plugs into the API server, in the order it is asked: the one place to look for what is on. */
export function assemble({ config, store, clock }: ServerCore): ServerExtensions {
  return {
    authenticators: [
      staticTokenAuthenticator(config.staticTokens),
      ...(config.clientCA ? [clientCertificateAuthenticator(parseCertificates(config.clientCA), clock)] : []),
    ],
    authorizers: [privilegedGroupsAuthorizer, new RbacAuthorizer(new RuleResolver(store, new RbacIndex(store)))],
    filters: [],
    admission: [],
    subresources: [],
    virtualResources: [],
    handlers: [],
    observers: [],
    startHooks: [namespacesHook, priorityClassesHook, rbacHook],
  };
}
