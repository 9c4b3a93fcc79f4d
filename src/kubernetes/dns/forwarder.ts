import { randomInt } from 'node:crypto';
import { decode } from 'dns-packet';
import type { Clock } from '../../base/clock.ts';
import { exchange, type Transport, type Upstream } from './upstream.ts';

const TIMEOUT = 2_000;
/** Long enough for the same name asked several times over; short enough that nobody notices a change. */
const LONGEST_KEPT = 10_000;
const MOST_KEPT = 2_000;

interface Kept {
  answer: Buffer;
  until: number;
}

/** Asks the name servers outside the cluster, one after the other, and remembers answers for a moment. */
export class Forwarder {
  readonly #upstreams: readonly Upstream[];
  readonly #clock: Clock;
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<Buffer>>();

  constructor(upstreams: readonly Upstream[], clock: Clock) {
    this.#upstreams = upstreams;
    this.#clock = clock;
  }

  /** The bytes of an answer to the bytes of a query; rejects when nobody answers. */
  async forward(query: Buffer, transport: Transport): Promise<Buffer> {
    // All but the id: the same question with the same options gets the same answer.
    const key = `${transport} ${query.toString('latin1', 2)}`;
    const kept = this.#kept.get(key);
    if (kept && kept.until > this.#clock.now()) return withId(kept.answer, query);
    const asking = this.#asking.get(key) ?? this.#ask(key, query, transport);
    this.#asking.set(key, asking);
    return withId(await asking, query);
  }

  async #ask(key: string, query: Buffer, transport: Transport): Promise<Buffer> {
    try {
      const answer = await this.#askAny(query, transport);
      this.#keep(key, answer);
      return answer;
    } finally {
      this.#asking.delete(key);
    }
  }

  async #askAny(query: Buffer, transport: Transport): Promise<Buffer> {
    const asked = Buffer.from(query);
    let failure: unknown = new Error('there is no name server outside the cluster');
    for (const upstream of this.#upstreams) {
      asked.writeUInt16BE(randomInt(0x10000), 0);
      try {
        return await exchange(upstream, asked, transport, TIMEOUT);
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  #keep(key: string, answer: Buffer): void {
    const milliseconds = Math.min(shortestTtl(answer) * 1000, LONGEST_KEPT);
    if (milliseconds <= 0) return;
    const oldest = this.#kept.keys().next();
    if (this.#kept.size >= MOST_KEPT && !oldest.done) this.#kept.delete(oldest.value);
    this.#kept.delete(key);
    this.#kept.set(key, { answer, until: this.#clock.now() + milliseconds });
  }
}

function withId(answer: Buffer, query: Buffer): Buffer {
  const copy = Buffer.from(answer);
  copy.writeUInt16BE(query.readUInt16BE(0), 0);
  return copy;
}

/** Seconds that all of an answer holds; none for failures and for what cannot be read. */
function shortestTtl(answer: Buffer): number {
  try {
    const { answers = [], authorities = [], flag_tc, rcode } = decode(answer) as ReturnType<typeof decode> & { rcode: string };
    if (flag_tc || (rcode !== 'NOERROR' && rcode !== 'NXDOMAIN')) return 0;
    const ttls = [...answers, ...authorities].flatMap((record) => ('ttl' in record ? [record.ttl ?? 0] : []));
    return ttls.length > 0 ? Math.min(...ttls) : 0;
  } catch {
    return 0;
  }
}
