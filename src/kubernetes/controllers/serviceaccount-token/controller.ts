import type { Secret, ServiceAccount } from '../../api/generated/core-v1.ts';
import { secrets, serviceAccounts } from '../../api/resources.ts';
import { splitKey } from '../../machinery/meta.ts';
import { isConflict, isNotFound } from '../../machinery/status.ts';
import type { ControllerDefinition } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { SecretTokens } from './secret-token.ts';

const ACCOUNT = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';
const TOKEN_SECRETS = { fieldSelector: 'type=kubernetes.io/service-account-token' };

export interface ServiceAccountTokenOptions {
  /** PEM of the key that signs tokens. */
  privateKey: string;
  /** PEM of the certificate authority that token Secrets carry along. */
  rootCa: string;
}

/** Puts a token into every Secret made for one, and deletes such Secrets when their account is gone. */
export function serviceAccountTokenController({ privateKey, rootCa }: ServiceAccountTokenOptions): ControllerDefinition {
  const tokens = new SecretTokens(privateKey);
  return defineController({
    name: 'serviceaccount-token',
    primary: serviceAccounts,
    watches: [watchOf(secrets, ({ next, previous }) => accountOf((next ?? previous) as Secret), TOKEN_SECRETS)],

    async reconcile(key, { cache, api }, signal) {
      const { namespace } = splitKey(key);
      const account = cache.get(serviceAccounts, key);
      const ofAccount = cache
        .informer(secrets, TOKEN_SECRETS)
        .list(namespace)
        .filter((secret) => accountOf(secret)[0] === key);
      for (const secret of ofAccount) {
        if (account && belongsTo(secret, account)) {
          const complete = completed(secret, account, tokens, rootCa);
          if (complete) await api.update(secrets, complete, {}, signal);
        } else {
          const { name = '', uid } = secret.metadata;
          await api.delete(secrets, { namespace, name }, { preconditions: { uid } }, signal).catch((error) => {
            if (!isNotFound(error) && !isConflict(error)) throw error;
          });
        }
      }
      return done;
    },
  });
}

function accountOf({ metadata }: Secret): string[] {
  const name = metadata.annotations?.[ACCOUNT];
  return name ? [`${metadata.namespace}/${name}`] : [];
}

/** A Secret made for an account of the same name that is gone is not this one's. */
function belongsTo({ metadata }: Secret, account: ServiceAccount): boolean {
  const uid = metadata.annotations?.[ACCOUNT_UID];
  return !uid || uid === account.metadata.uid;
}

/** The Secret with what it lacks; undefined where it lacks nothing. */
function completed(secret: Secret, account: ServiceAccount, tokens: SecretTokens, rootCa: string): Secret | undefined {
  const { data = {}, metadata } = secret;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const fixed = { 'ca.crt': base64(rootCa), namespace: base64(metadata.namespace ?? '') };
  const right =
    data.token && data['ca.crt'] === fixed['ca.crt'] && data.namespace === fixed.namespace && metadata.annotations?.[ACCOUNT_UID];
  if (right) return undefined;
  const token = data.token || base64(tokens.tokenFor(secret, account));
  const annotations = { ...metadata.annotations, [ACCOUNT_UID]: account.metadata.uid ?? '' };
  return { ...secret, metadata: { ...metadata, annotations }, data: { ...data, ...fixed, token } };
}
