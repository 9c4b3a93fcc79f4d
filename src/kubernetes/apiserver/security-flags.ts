/** kube-apiserver's flags about who may come in, what is written down about them, and what is kept unreadable. */
export const SECURITY_FLAGS = {
  'authentication-token-webhook-cache-ttl': { type: 'string' },
  'authentication-token-webhook-config-file': { type: 'string' },
  'authentication-token-webhook-version': { type: 'string' },
  'authorization-webhook-cache-authorized-ttl': { type: 'string' },
  'authorization-webhook-cache-unauthorized-ttl': { type: 'string' },
  'authorization-webhook-config-file': { type: 'string' },
  'authorization-webhook-version': { type: 'string' },
  'oidc-ca-file': { type: 'string' },
  'oidc-client-id': { type: 'string' },
  'oidc-groups-claim': { type: 'string' },
  'oidc-groups-prefix': { type: 'string' },
  'oidc-issuer-url': { type: 'string' },
  'oidc-required-claim': { type: 'string', multiple: true },
  'oidc-signing-algs': { type: 'string', multiple: true },
  'oidc-username-claim': { type: 'string' },
  'oidc-username-prefix': { type: 'string' },
} as const;
