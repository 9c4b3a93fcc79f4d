import type { UserInfo } from '../request.ts';

export interface AuthorizationAttributes {
  user: UserInfo;
  verb: string;
  isResourceRequest: boolean;
  /** For non-resource requests. */
  path: string;
  group: string;
  version: string;
  namespace: string;
  resource: string;
  subresource: string;
  name: string;
}

export interface Decision {
  decision: 'allow' | 'deny' | 'noOpinion';
  reason?: string;
}

export interface Authorizer {
  readonly name: string;
  /** Synchronous where it can be: RBAC answers from memory, and every request pays for a microtask. */
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision>;
}
