import type { Clock } from '../../../base/clock.ts';
import type { Secret } from '../../api/generated/core-v1.ts';
import { nodes, pods, secrets, serviceAccounts } from '../../api/resources.ts';
import { formatTime, type KubeObject } from '../../machinery/meta.ts';
import {
  CREDENTIAL_ID_EXTRA,
  NODE_NAME_EXTRA,
  NODE_UID_EXTRA,
  POD_NAME_EXTRA,
  POD_UID_EXTRA,
  serviceAccountGroups,
  serviceAccountUsername,
} from '../authentication/identities.ts';
import type { ObjectStore } from '../registry.ts';
import type { UserInfo } from '../request.ts';
import { type ClaimedObject, type KubernetesClaims, kubernetesClaims, SECRET_TOKEN_ISSUER, secretTokenClaims } from './claims.ts';
import type { ParsedJwt } from './jwt.ts';
import type { TokenUse } from './token-uses.ts';

/** Clocks of issuer and verifier may differ by this much; deleted objects count as there for as long. */
const LEEWAY_SECONDS = 60;

const LAST_USED = 'kubernetes.io/legacy-token-last-used';
const INVALID_SINCE = 'kubernetes.io/legacy-token-invalid-since';

/**
 * Checks what can change after a token was signed: the time, and whether the objects it is bound to are still the
 * same ones. Signature, issuer and audience are the authenticator's business.
 */
export class TokenValidator {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #used: (use: TokenUse) => void;

  constructor(store: ObjectStore, clock: Clock, used: (use: TokenUse) => void = () => {}) {
    this.#store = store;
    this.#clock = clock;
    this.#used = used;
  }

  validate(jwt: ParsedJwt): UserInfo {
    if (jwt.claims.iss === SECRET_TOKEN_ISSUER) return this.#validateSecretToken(jwt);
    const own = kubernetesClaims(jwt.claims);
    if (!own) throw new Error('service account token claims could not be validated due to unexpected private claim');
    this.#checkTimes(jwt.claims);
    this.#checkAccount(own.namespace, own.serviceaccount);
    this.#checkBoundObjects(own);
    if (own.warnafter !== undefined) this.#used(this.#clock.now() / 1000 > own.warnafter ? 'stale_tokens' : 'valid_tokens');
    return userOf(own, String(jwt.claims.jti ?? ''));
  }

  #checkTimes(claims: Record<string, unknown>): void {
    const now = this.#clock.now() / 1000;
    const { exp, nbf } = claims;
    if (typeof exp === 'number' && now - LEEWAY_SECONDS > exp) throw new Error('service account token has expired');
    if (typeof nbf === 'number' && now + LEEWAY_SECONDS < nbf) throw new Error('service account token is not valid yet');
  }

  #checkAccount(namespace: string, claimed: ClaimedObject): void {
    const account = this.#store.get(serviceAccounts, namespace, claimed.name);
    if (!account) throw new Error(`serviceaccounts "${claimed.name}" not found`);
    if (this.#isLongDeleted(account)) throw new Error(`service account ${namespace}/${claimed.name} has been deleted`);
    if (account.metadata.uid !== claimed.uid) {
      throw new Error(`service account UID (${account.metadata.uid}) does not match claim (${claimed.uid})`);
    }
  }

  #checkBoundObjects({ namespace, secret, pod, node }: KubernetesClaims): void {
    if (secret) this.#checkBound('secret', this.#store.get(secrets, namespace, secret.name), secret);
    if (pod) this.#checkBound('pod', this.#store.get(pods, namespace, pod.name), pod);
    // A pod's token also names the pod's node, for information; only a token bound to the node itself ends with it.
    if (node?.uid && !pod) this.#checkBound('node', this.#store.get(nodes, '', node.name), { name: node.name, uid: node.uid });
  }

  #checkBound(kind: string, object: KubeObject | undefined, claimed: ClaimedObject): void {
    if (!object || this.#isLongDeleted(object)) throw new Error('service account token has been invalidated');
    const { uid } = object.metadata;
    if (uid !== claimed.uid) throw new Error(`${kind} UID (${uid}) does not match service account ${kind} ref claim (${claimed.uid})`);
  }

  #isLongDeleted({ metadata }: KubeObject): boolean {
    return metadata.deletionTimestamp !== undefined && Date.parse(metadata.deletionTimestamp) < this.#clock.now() - LEEWAY_SECONDS * 1000;
  }

  /** Tokens in Secrets do not expire: they are good while the Secret holds exactly them. */
  #validateSecretToken(jwt: ParsedJwt): UserInfo {
    this.#used('legacy_tokens');
    const own = secretTokenClaims(jwt.claims);
    if (!own) throw new Error('service account token claims could not be validated due to unexpected private claim');
    this.#checkAccount(own.namespace, { name: own.accountName, uid: own.accountUid });
    const secret = this.#store.get(secrets, own.namespace, own.secretName);
    if (!secret || this.#isLongDeleted(secret)) throw new Error('service account token has been invalidated');
    const kept = Buffer.from(secret.data?.token ?? '', 'base64').toString('utf8');
    if (kept !== `${jwt.signed}.${jwt.signature.toString('base64url')}`)
      throw new Error('service account token does not match server copy');
    const name = secret.metadata.name ?? '';
    if (secret.metadata.labels?.[INVALID_SINCE] !== undefined) {
      this.#used('invalid_legacy_auto_token_uses');
      const [token, account] = [`secret ${own.namespace}/${name}`, `service account ${own.namespace}/${own.accountName}`];
      throw new Error(
        `the token in ${token} for ${account} has been marked invalid. Use tokens from the TokenRequest API or manually created secret-based tokens, or remove the '${INVALID_SINCE}' label from the secret to temporarily allow use of this token`,
      );
    }
    this.#used(this.#isGenerated(own.namespace, own.accountName, name) ? 'legacy_auto_token_uses' : 'legacy_manual_token_uses');
    this.#noteUse(secret);
    return accountUser(own.namespace, { name: own.accountName, uid: own.accountUid }, {});
  }

  /** The cluster notes with the account which Secrets it made. */
  #isGenerated(namespace: string, accountName: string, secretName: string): boolean {
    return this.#store.get(serviceAccounts, namespace, accountName)?.secrets?.some(({ name }) => name === secretName) ?? false;
  }

  /** Once a day, and beside the request: those that nobody uses may be cleaned up. */
  #noteUse({ metadata }: Secret): void {
    const [today = ''] = formatTime(this.#clock.now()).split('T');
    if (metadata.labels?.[LAST_USED] === today) return;
    this.#store
      .change(secrets, metadata.namespace ?? '', metadata.name ?? '', (secret) => ({
        ...secret,
        metadata: { ...secret.metadata, labels: { ...secret.metadata.labels, [LAST_USED]: today } },
      }))
      .catch(() => {});
  }
}

function userOf(claims: KubernetesClaims, tokenId: string): UserInfo {
  const { pod, node } = claims;
  return accountUser(claims.namespace, claims.serviceaccount, {
    ...(tokenId ? { [CREDENTIAL_ID_EXTRA]: [`JTI=${tokenId}`] } : {}),
    ...(pod ? { [POD_NAME_EXTRA]: [pod.name], [POD_UID_EXTRA]: [pod.uid] } : {}),
    ...(node ? { [NODE_NAME_EXTRA]: [node.name] } : {}),
    ...(node?.uid ? { [NODE_UID_EXTRA]: [node.uid] } : {}),
  });
}

function accountUser(namespace: string, account: ClaimedObject, extra: Record<string, string[]>): UserInfo {
  const username = serviceAccountUsername({ namespace, name: account.name });
  return { username, uid: account.uid, groups: serviceAccountGroups(namespace), extra };
}
