import type { Clock } from '../../base/clock.ts';
import type { Event, ObjectReference } from '../api/generated/core-v1.ts';

/** As client-go: so many similar events within the interval become one whose message says that it stands for several. */
const MAX_SIMILAR = 10;
const SIMILAR_INTERVAL = 600_000;
/** Events about one object: so many at once, then one every five minutes. */
const BURST = 25;
const REFILL_INTERVAL = 300_000;
const MAX_REMEMBERED = 4096;

export interface EventFacts {
  subject: ObjectReference;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** An event to be sent: new, or one more of `recorded`. */
export interface Correlated extends EventFacts {
  id: string;
  count: number;
  firstAt: number;
  recorded: { namespace: string; name: string } | undefined;
}

interface Seen {
  count: number;
  firstAt: number;
  recorded: { namespace: string; name: string } | undefined;
}

/** Counts events that repeat, joins those that differ only in their message, and holds back floods. */
export class EventCorrelator {
  readonly #clock: Clock;
  readonly #seen = new Map<string, Seen>();
  readonly #similar = new Map<string, { messages: Set<string>; at: number }>();
  readonly #budget = new Map<string, { tokens: number; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How to send the event; undefined where there were too many about its subject. */
  correlate(facts: EventFacts): Correlated | undefined {
    const { id, message } = this.#joined(facts);
    const seen = this.#seen.get(id);
    if (!this.#allowed(identityOf(facts.subject))) return undefined;
    const now = this.#clock.now();
    return { ...facts, message, id, count: (seen?.count ?? 0) + 1, firstAt: seen?.firstAt ?? now, recorded: seen?.recorded };
  }

  /** `event` is what the server now has of it. */
  sent(correlated: Correlated, event: Event): void {
    const { namespace = '', name = '' } = event.metadata;
    remember(this.#seen, correlated.id, {
      count: event.count ?? correlated.count,
      firstAt: correlated.firstAt,
      recorded: { namespace, name },
    });
  }

  #joined(facts: EventFacts): { id: string; message: string } {
    const kin = [identityOf(facts.subject), facts.type, facts.reason].join('|');
    const now = this.#clock.now();
    const present = this.#similar.get(kin);
    const group = present && now - present.at <= SIMILAR_INTERVAL ? present : { messages: new Set<string>(), at: now };
    group.at = now;
    group.messages.add(facts.message);
    remember(this.#similar, kin, group);
    if (group.messages.size < MAX_SIMILAR) return { id: `${kin}|${facts.message}`, message: facts.message };
    // Any one message may go; what stays keeps the group at its limit while such events keep coming.
    group.messages.delete(group.messages.values().next().value as string);
    return { id: kin, message: `(combined from similar events): ${facts.message}` };
  }

  #allowed(subject: string): boolean {
    const now = this.#clock.now();
    const budget = this.#budget.get(subject) ?? { tokens: BURST, at: now };
    const tokens = Math.min(BURST, budget.tokens + (now - budget.at) / REFILL_INTERVAL);
    const allowed = tokens >= 1;
    remember(this.#budget, subject, { tokens: allowed ? tokens - 1 : tokens, at: now });
    return allowed;
  }
}

function identityOf({ kind, namespace, name, uid, apiVersion, fieldPath }: ObjectReference): string {
  return [apiVersion, kind, namespace, name, uid, fieldPath].join('/');
}

/** Keeps the entries used last. */
function remember<V>(entries: Map<string, V>, key: string, value: V): void {
  entries.delete(key);
  entries.set(key, value);
  if (entries.size > MAX_REMEMBERED) entries.delete(entries.keys().next().value as string);
}
