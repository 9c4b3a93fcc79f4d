import type { KeyObject } from 'node:crypto';
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { Secret, ServiceAccount } from '../../api/generated/core-v1.ts';

const CLAIM = 'kubernetes.io/serviceaccount';

/** Makes tokens that never expire, as Secrets hold them. They end with their Secret or their account. */
export class SecretTokens {
  readonly #key: KeyObject;
  readonly #header: string;

  /** Takes the private key, RSA or P-256, as PEM. */
  constructor(privateKey: string) {
    this.#key = createPrivateKey(privateKey);
    const der = createPublicKey(this.#key).export({ type: 'spki', format: 'der' });
    const kid = createHash('sha256').update(der).digest('base64url');
    this.#header = encode({ alg: this.#key.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256', kid });
  }

  tokenFor({ metadata: secret }: Secret, { metadata: account }: ServiceAccount): string {
    const claims = encode({
      iss: 'kubernetes/serviceaccount',
      [`${CLAIM}/namespace`]: account.namespace,
      [`${CLAIM}/secret.name`]: secret.name,
      [`${CLAIM}/service-account.name`]: account.name,
      [`${CLAIM}/service-account.uid`]: account.uid,
      sub: `system:serviceaccount:${account.namespace}:${account.name}`,
    });
    const signed = `${this.#header}.${claims}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    return `${signed}.${signature.toString('base64url')}`;
  }
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
