import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import { secrets } from '../../api/resources.ts';
import type { ObjectStore } from '../registry.ts';
import type { Authenticator } from './authenticator.ts';
import { BOOTSTRAPPERS_GROUP } from './identities.ts';

const TOKEN = /^([a-z0-9]{6})\.([a-z0-9]{16})$/;
const EXTRA_GROUP = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/;
const SECRET_TYPE = 'bootstrap.kubernetes.io/token';

/** `id.secret` tokens that let a machine join; each is a Secret of kube-system named after its id. */
export function bootstrapTokenAuthenticator(store: ObjectStore, clock: Clock): Authenticator {
  return {
    name: 'bootstrap-token',
    authenticate({ bearerToken }) {
      const [, id, secretPart] = TOKEN.exec(bearerToken ?? '') ?? [];
      if (!id || !secretPart) return undefined;
      const secret = store.get(secrets, 'kube-system', `bootstrap-token-${id}`);
      if (!secret || secret.metadata.deletionTimestamp || secret.type !== SECRET_TYPE) return undefined;
      const read = (key: string) => Buffer.from(secret.data?.[key] ?? '', 'base64').toString('utf8');
      if (read('token-id') !== id || !sameText(read('token-secret'), secretPart)) return undefined;
      if (hasExpired(read('expiration'), clock.now())) return undefined;
      if (read('usage-bootstrap-authentication') !== 'true') return undefined;
      return { username: `system:bootstrap:${id}`, groups: [BOOTSTRAPPERS_GROUP, ...extraGroups(read('auth-extra-groups'))] };
    },
  };
}

function sameText(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** An expiration that cannot be read has passed: better a joining machine refused than a token that lives for ever. */
function hasExpired(expiration: string, now: number): boolean {
  return expiration !== '' && !(Date.parse(expiration) > now);
}

function extraGroups(list: string): string[] {
  const groups = list === '' ? [] : list.split(',');
  const wrong = groups.find((group) => !EXTRA_GROUP.test(group));
  if (wrong !== undefined)
    throw new Error(`bootstrap token group "${wrong}" is invalid, must match \\A${EXTRA_GROUP.source.slice(1, -1)}\\z`);
  return groups;
}
