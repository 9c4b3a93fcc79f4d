import type { UserInfo } from '../request.ts';

/** One requirement of a field or label selector, as authorization sees it. */
export interface SelectorRequirement {
  key: string;
  operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  values: readonly string[];
}

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
  /** Of list, watch and deletecollection; absent where there is none or it could not be parsed. */
  fieldSelector?: readonly SelectorRequirement[];
  labelSelector?: readonly SelectorRequirement[];
}

export interface Decision {
  decision: 'allow' | 'deny' | 'noOpinion';
  reason?: string;
  /** Why an authorizer could not tell; such a request fails unless another allows it. */
  error?: string;
}

export interface ResourceRule {
  verbs: readonly string[];
  apiGroups?: readonly string[];
  resources?: readonly string[];
  resourceNames?: readonly string[];
}

export interface NonResourceRule {
  verbs: readonly string[];
  nonResourceURLs?: readonly string[];
}

/** What a user may do in a namespace, as far as an authorizer can list it. */
export interface KnownRules {
  resourceRules: readonly ResourceRule[];
  nonResourceRules: readonly NonResourceRule[];
  incomplete: boolean;
  evaluationError?: string;
}

export interface Authorizer {
  readonly name: string;
  /** Synchronous where it can be: RBAC answers from memory, and every request pays for a microtask. */
  authorize(attributes: AuthorizationAttributes): Decision | Promise<Decision>;
  /** Absent where an authorizer has no rules to list. */
  rulesFor?(user: UserInfo, namespace: string): KnownRules;
}

export const allow = (reason?: string): Decision => (reason ? { decision: 'allow', reason } : { decision: 'allow' });
export const noOpinion = (reason?: string): Decision => (reason ? { decision: 'noOpinion', reason } : { decision: 'noOpinion' });
