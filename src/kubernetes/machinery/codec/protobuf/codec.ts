import type { SchemaLookup } from '../../schema/schema.ts';
import type { JsonCodec } from '../decode.ts';
import { type Envelope, open, seal } from './envelope.ts';
import { MessageCompiler } from './messages.ts';
import { ReverseWriter, WireError } from './wire.ts';

const LIST_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';

/** Objects of built-in types as `application/vnd.kubernetes.protobuf`. */
export class ProtobufCodec {
  readonly #messages: MessageCompiler;
  readonly #json: JsonCodec;

  constructor(lookup: SchemaLookup, json: JsonCodec) {
    this.#messages = new MessageCompiler(lookup);
    this.#json = json;
  }

  /** The bytes of an object that says what it is, in the envelope that bodies have. */
  encode(name: string, object: object): Uint8Array {
    const { apiVersion = '', kind = '' } = object as { apiVersion?: string; kind?: string };
    return seal({ apiVersion, kind, raw: this.#messages.encode(name, object) });
  }

  /** What a body says it is, unread. */
  open(bytes: Uint8Array): Envelope {
    return open(bytes);
  }

  /** The object in an opened envelope, as its JSON would be. */
  decode(name: string, { apiVersion, kind, raw }: Envelope): Record<string, unknown> {
    return this.#read(name, raw, { kind, apiVersion });
  }

  /** The bytes of a list, from the bare messages of its items. */
  encodeList(list: { apiVersion: string; kind: string; metadata: object }, items: readonly Uint8Array[]): Uint8Array {
    const { apiVersion, kind, metadata } = list;
    const writer = new ReverseWriter(items.reduce((size, item) => size + item.length + 8, 256));
    for (let at = items.length - 1; at >= 0; at--) writer.raw(2, items[at] as Uint8Array);
    writer.raw(1, this.#messages.encode(LIST_META, metadata));
    return seal({ apiVersion, kind, raw: writer.bytes() });
  }

  /** The bare message, for lists and messages within messages. */
  encodeMessage(name: string, object: object): Uint8Array {
    return this.#messages.encode(name, object);
  }

  decodeMessage(name: string, bytes: Uint8Array): Record<string, unknown> {
    return this.#read(name, bytes, {});
  }

  /** Quantities, times and free JSON are bytes of which protobuf does not know whether they can be read. */
  #read(name: string, bytes: Uint8Array, said: object): Record<string, unknown> {
    try {
      return this.#json.canonical(name, { ...this.#messages.decode(name, bytes), ...said });
    } catch (error) {
      if (error instanceof WireError) throw error;
      throw new WireError(error instanceof Error ? error.message : String(error));
    }
  }
}

/** One event of a protobuf watch stream: its length in four bytes, then a bare WatchEvent around a body in its envelope. */
export function watchFrame(type: string, body: Uint8Array): Uint8Array {
  const writer = new ReverseWriter(body.length + type.length + 32);
  writer.message(2, () => writer.raw(1, body));
  writer.string(1, type);
  writer.append(Uint8Array.of(writer.length >>> 24, writer.length >>> 16, writer.length >>> 8, writer.length));
  return writer.bytes();
}
