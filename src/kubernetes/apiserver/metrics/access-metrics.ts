import { Counter, exponentialBuckets, Histogram, type Registry } from 'prom-client';
import type { RequestObserver } from '../extensions.ts';

const BUCKETS = exponentialBuckets(0.001, 2, 15);
const KNOWN_USERS = new Set(['admin', 'client', 'kube_proxy', 'kubelet', 'system:serviceaccount:kube-system:default']);

/** How authentication and authorization went, and how long they took. */
export function accessMetrics(registry: Registry): RequestObserver {
  const registers = [registry];
  const users = new Counter({
    name: 'authenticated_user_requests',
    help: 'Authenticated requests by user, as far as the user is well-known.',
    labelNames: ['username'],
    registers,
  });
  const attempts = new Counter({ name: 'authentication_attempts', help: 'Authentications by outcome.', labelNames: ['result'], registers });
  const authentication = new Histogram({
    name: 'authentication_duration_seconds',
    help: 'How long authenticating took.',
    labelNames: ['result'],
    buckets: BUCKETS,
    registers,
  });
  const decisions = new Counter({
    name: 'authorization_attempts_total',
    help: 'Authorizations by outcome.',
    labelNames: ['result'],
    registers,
  });
  const authorization = new Histogram({
    name: 'authorization_duration_seconds',
    help: 'How long authorizing took.',
    labelNames: ['result'],
    buckets: BUCKETS,
    registers,
  });
  return {
    authenticated(result, username, durationMs) {
      if (result === 'success') users.inc({ username: shortName(username) });
      attempts.inc({ result });
      authentication.observe({ result }, durationMs / 1000);
    },
    authorized(result, durationMs) {
      decisions.inc({ result });
      authorization.observe({ result }, durationMs / 1000);
    },
    finished() {},
  };
}

/** Names are the clients' invention and must not fill the memory. */
function shortName(username: string): string {
  if (KNOWN_USERS.has(username)) return username;
  return username.includes('@') ? 'email_id' : 'other';
}
