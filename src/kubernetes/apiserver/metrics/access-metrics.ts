import { exponentialBuckets, type Registry } from 'prom-client';
import type { RequestObserver } from '../extensions.ts';
import { type CountTally, TallyCounter } from './tally-counter.ts';
import { type Tally, TallyHistogram } from './tally-histogram.ts';

const BUCKETS = exponentialBuckets(0.001, 2, 15);
const FILTER_BUCKETS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 5, 10, 15, 30];
const KNOWN_USERS = new Set(['admin', 'client', 'kube_proxy', 'kubelet', 'system:serviceaccount:kube-system:default']);

interface Outcome {
  readonly count: CountTally;
  readonly duration: Tally;
}

/** How authentication and authorization went, and how long they took. */
export function accessMetrics(registry: Registry): RequestObserver {
  const registers = [registry];
  const users = new TallyCounter({
    name: 'authenticated_user_requests',
    help: 'Authenticated requests by user, as far as the user is well-known.',
    labelNames: ['username'],
    registers,
  });
  const filters = new TallyHistogram({
    name: 'apiserver_request_filter_duration_seconds',
    help: 'How long requests took on their way to their handlers.',
    labelNames: ['filter'],
    buckets: FILTER_BUCKETS,
    registers,
  });
  const authentications = outcomes(registry, 'authentication', 'authentication_attempts');
  const authorizations = outcomes(registry, 'authorization', 'authorization_attempts_total');
  const [identifying, deciding] = [filters.of({ filter: 'authentication' }), filters.of({ filter: 'authorization' })];
  return {
    authenticated(result, username, durationMs) {
      if (result === 'success') users.of({ username: shortName(username) }).inc();
      observe(authentications(result), identifying, durationMs / 1000);
    },
    authorized(result, durationMs) {
      observe(authorizations(result), deciding, durationMs / 1000);
    },
    finished() {},
  };
}

function observe({ count, duration }: Outcome, filter: Tally, seconds: number): void {
  count.inc();
  duration.observe(seconds);
  filter.observe(seconds);
}

function outcomes(registry: Registry, what: string, counterName: string): (result: string) => Outcome {
  const registers = [registry];
  const counter = new TallyCounter({ name: counterName, help: `How ${what} ended, counted.`, labelNames: ['result'], registers });
  const histogram = new TallyHistogram({
    name: `${what}_duration_seconds`,
    help: `How long ${what} took.`,
    labelNames: ['result'],
    buckets: BUCKETS,
    registers,
  });
  const known = new Map<string, Outcome>();
  return (result) => {
    const outcome = known.get(result) ?? { count: counter.of({ result }), duration: histogram.of({ result }) };
    known.set(result, outcome);
    return outcome;
  };
}

/** Names are the clients' invention and must not fill the memory. */
function shortName(username: string): string {
  if (KNOWN_USERS.has(username)) return username;
  return username.includes('@') ? 'email_id' : 'other';
}
