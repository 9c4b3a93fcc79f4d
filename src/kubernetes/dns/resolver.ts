import { type DecodedPacket, type Answer as DnsRecord, decode, encode, type Packet, type Question } from 'dns-packet';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Answer } from './answer.ts';
import type { ClusterZone } from './cluster-zone.ts';
import type { Forwarder } from './forwarder.ts';
import { encodeWithin, readQuery, refuse, respond, udpLimit } from './message.ts';
import type { Transport } from './upstream.ts';

const LARGEST_TCP = 65_535;

/** Answers DNS messages: names of the cluster itself, other names with the help of others. */
export class Resolver {
  readonly #zone: ClusterZone;
  readonly #forwarder: Forwarder;
  readonly #log: Log;

  constructor(zone: ClusterZone, forwarder: Forwarder, log: Log) {
    this.#zone = zone;
    this.#forwarder = forwarder;
    this.#log = log;
  }

  /** The bytes to send back; undefined for what is not a query. */
  async resolve(bytes: Buffer, transport: Transport): Promise<Buffer | undefined> {
    const query = readQuery(bytes);
    if (!query) return undefined;
    const limit = transport === 'udp' ? udpLimit(query) : LARGEST_TCP;
    const question = query.questions?.[0];
    const fault = faultOf(query);
    if (fault || !question) return encodeWithin(refuse(query, fault ?? 'FORMERR'), limit);

    const answer = this.#zone.answer(question);
    if (!answer) return this.#forward(query, bytes, transport);
    const complete = answer.elsewhere ? await this.#follow(question, answer, answer.elsewhere) : answer;
    const negative = complete.code === 'SERVFAIL' ? [] : [this.#zone.authority()];
    return encodeWithin(respond(query, { ...complete, records: inAnyOrder(complete.records) }, negative), limit);
  }

  async #forward(query: Packet, bytes: Buffer, transport: Transport): Promise<Buffer> {
    try {
      return await this.#forwarder.forward(bytes, transport);
    } catch (error) {
      this.#log.debug({ name: query.questions?.[0]?.name, error: describeError(error) }, 'a name outside the cluster was not resolved');
      return encode(refuse(query, 'SERVFAIL'));
    }
  }

  /** Adds what the outside knows of a CNAME's target; without it the client asks itself. */
  async #follow({ type }: Question, answer: Answer, target: string): Promise<Answer> {
    const query = encode({ type: 'query', id: 0, flags: 0x0100, questions: [{ type, name: target, class: 'IN' }] });
    try {
      const { answers = [] } = decode(await this.#forwarder.forward(query, 'udp'));
      return { ...answer, records: [...answer.records, ...answers] };
    } catch {
      return answer;
    }
  }
}

function faultOf(query: DecodedPacket): 'FORMERR' | 'NOTIMP' | 'REFUSED' | undefined {
  if ((query as { opcode?: string }).opcode !== 'QUERY') return 'NOTIMP';
  if (query.questions?.length !== 1) return 'FORMERR';
  return query.questions[0]?.class === 'IN' || query.questions[0]?.class === undefined ? undefined : 'REFUSED';
}

/** Clients take the first address: each should get another one. Aliases stay in front. */
function inAnyOrder(records: readonly DnsRecord[]): DnsRecord[] {
  const start = Math.floor(Math.random() * records.length);
  const isAddress = ({ type }: DnsRecord) => type === 'A' || type === 'AAAA' || type === 'SRV';
  const addresses = records.filter(isAddress);
  const turn = addresses.length > 0 ? start % addresses.length : 0;
  return [...records.filter((record) => !isAddress(record)), ...addresses.slice(turn), ...addresses.slice(0, turn)];
}
