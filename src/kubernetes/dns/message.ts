import {
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  type Packet,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import { type Answer, RESPONSE_CODES, type ResponseCode } from './answer.ts';

/** What a UDP client takes that does not say more (RFC 1035). */
const PLAIN_UDP = 512;
/** The most we send in one datagram, whatever the client takes: more would be fragmented. */
const LARGEST_UDP = 1232;

/** A query, if `bytes` is one that can be read. */
export function readQuery(bytes: Buffer): DecodedPacket | undefined {
  try {
    const packet = decode(bytes);
    return packet.type === 'query' ? packet : undefined;
  } catch {
    return undefined;
  }
}

const clientOpt = (query: Packet) => query.additionals?.find((record) => record.type === 'OPT');

/** How large a datagram the client takes. */
export function udpLimit(query: Packet): number {
  const opt = clientOpt(query);
  if (opt?.type !== 'OPT') return PLAIN_UDP;
  return Math.min(Math.max(opt.udpPayloadSize, PLAIN_UDP), LARGEST_UDP);
}

/** The response to `query`, with the records that go with a negative one. */
export function respond(query: Packet, answer: Answer, authority: Packet['authorities'] = []): Packet {
  return {
    ...header(query, answer.code, AUTHORITATIVE_ANSWER),
    answers: answer.records,
    authorities: answer.records.length === 0 ? authority : [],
    additionals: [...answer.additionals, ...optFor(query)],
  };
}

/** A response that says nothing but why. */
export function refuse(query: Packet, code: ResponseCode): Packet {
  return { ...header(query, code, 0), additionals: optFor(query) };
}

function header(query: Packet, code: ResponseCode, flags: number): Packet {
  const asked = (query.flags ?? 0) & RECURSION_DESIRED;
  return {
    type: 'response',
    id: query.id ?? 0,
    flags: flags | asked | RECURSION_AVAILABLE | RESPONSE_CODES[code],
    questions: query.questions ?? [],
  };
}

function optFor(query: Packet): NonNullable<Packet['additionals']> {
  if (!clientOpt(query)) return [];
  return [{ type: 'OPT', name: '.', udpPayloadSize: LARGEST_UDP, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] }];
}

/** Bytes for a datagram of at most `limit`: extra records go first; what still does not fit is asked for over TCP. */
export function encodeWithin(response: Packet, limit: number): Buffer {
  const whole = encode(response);
  if (whole.length <= limit) return whole;
  const opt = response.additionals?.filter((record) => record.type === 'OPT') ?? [];
  const bare = encode({ ...response, additionals: opt });
  if (bare.length <= limit) return bare;
  return encode({ ...response, flags: (response.flags ?? 0) | TRUNCATED_RESPONSE, answers: [], authorities: [], additionals: opt });
}
