/** An object that a token names, and with whose end it ends. */
export interface ClaimedObject {
  name: string;
  uid: string;
}

/** The private part of a token of the TokenRequest API. */
export interface KubernetesClaims {
  namespace: string;
  serviceaccount: ClaimedObject;
  pod?: ClaimedObject;
  secret?: ClaimedObject;
  node?: { name: string; uid?: string };
  /** When a client that still uses the token should be told to fetch a new one. */
  warnafter?: number;
}

export interface TokenClaims {
  iss: string;
  sub: string;
  aud: string[];
  iat: number;
  nbf: number;
  exp: number;
  jti: string;
  'kubernetes.io': KubernetesClaims;
}

/** The private part of a token kept in a Secret of type `kubernetes.io/service-account-token`. */
export interface SecretTokenClaims {
  namespace: string;
  secretName: string;
  accountName: string;
  accountUid: string;
}

/** Issuer of tokens in Secrets, whatever the server's own issuer is. */
export const SECRET_TOKEN_ISSUER = 'kubernetes/serviceaccount';

/** Undefined where the claims are not those of a TokenRequest token. */
export function kubernetesClaims(claims: Record<string, unknown>): KubernetesClaims | undefined {
  const own = record(claims['kubernetes.io']);
  const account = object(own?.serviceaccount);
  const namespace = own?.namespace;
  if (!own || !account || typeof namespace !== 'string') return undefined;
  const [pod, secret, node] = [object(own.pod), object(own.secret), object(own.node)];
  return {
    namespace,
    serviceaccount: account,
    ...(pod ? { pod } : {}),
    ...(secret ? { secret } : {}),
    ...(node ? { node } : {}),
    ...(typeof own.warnafter === 'number' ? { warnafter: own.warnafter } : {}),
  };
}

export function secretTokenClaims(claims: Record<string, unknown>): SecretTokenClaims | undefined {
  const read = (key: string) => String(claims[`kubernetes.io/serviceaccount/${key}`] ?? '');
  const found = {
    namespace: read('namespace'),
    secretName: read('secret.name'),
    accountName: read('service-account.name'),
    accountUid: read('service-account.uid'),
  };
  return found.namespace && found.accountName ? found : undefined;
}

/** `aud` is a string or a list of them. */
export function audiencesOf(claims: Record<string, unknown>): string[] {
  const aud = claims.aud;
  if (typeof aud === 'string') return [aud];
  return Array.isArray(aud) ? aud.filter((one) => typeof one === 'string') : [];
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function object(value: unknown): ClaimedObject | undefined {
  const found = record(value);
  return found && typeof found.name === 'string' ? { name: found.name, uid: String(found.uid ?? '') } : undefined;
}
