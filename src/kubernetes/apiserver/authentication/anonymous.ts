import type { Authenticator } from './authenticator.ts';
import { ANONYMOUS_USER, UNAUTHENTICATED_GROUP } from './identities.ts';

/** What may be asked without credentials: load balancers and probes have none. */
const PUBLIC_PATHS = new Set(['/healthz', '/livez', '/readyz', '/version', '/version/']);

/** Requests without credentials, on health and version paths only. */
export const anonymousAuthenticator: Authenticator = {
  name: 'anonymous',
  authenticate: ({ path }) => (PUBLIC_PATHS.has(path) ? { username: ANONYMOUS_USER, groups: [UNAUTHENTICATED_GROUP] } : undefined),
};
