import { encodeText, ReverseWriter, WireError, WireReader } from './wire.ts';

/** The four bytes before every protobuf body: `k8s` and zero. */
const MAGIC = Uint8Array.of(0x6b, 0x38, 0x73, 0);

/** runtime.Unknown: what a message is, and the message. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Uint8Array;
  /** Of `raw`; empty means protobuf. */
  readonly contentType?: string;
}

function isEnveloped(bytes: Uint8Array): boolean {
  return bytes.length >= MAGIC.length && MAGIC.every((byte, at) => bytes[at] === byte);
}

export function seal({ apiVersion, kind, raw, contentType = '' }: Envelope): Uint8Array {
  const writer = new ReverseWriter(raw.length + apiVersion.length + kind.length + contentType.length + 64);
  writer.string(4, contentType);
  writer.string(3, '');
  writer.raw(2, raw);
  writer.message(1, () => {
    writer.string(2, kind);
    writer.string(1, apiVersion);
  });
  writer.append(MAGIC);
  return writer.bytes();
}

/** Throws {@link WireError} for anything else. */
export function open(bytes: Uint8Array): Envelope {
  if (!isEnveloped(bytes)) throw new WireError(`provided data does not appear to be a protobuf message, expected prefix ${hex(MAGIC)}`);
  const reader = new WireReader(bytes.subarray(MAGIC.length));
  let meta = { apiVersion: '', kind: '' };
  let raw: Uint8Array = encodeText('');
  let contentType = '';
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1) meta = typeMeta(reader.bytes());
    else if (field === 2) raw = reader.bytes();
    else if (field === 4) contentType = reader.string();
    else reader.skip(wire);
  }
  return { ...meta, raw, contentType };
}

function typeMeta(bytes: Uint8Array): { apiVersion: string; kind: string } {
  const reader = new WireReader(bytes);
  const meta = { apiVersion: '', kind: '' };
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === 1) meta.apiVersion = reader.string();
    else if (field === 2) meta.kind = reader.string();
    else reader.skip(wire);
  }
  return meta;
}

function hex(bytes: Uint8Array): string {
  return `[${[...bytes].join(' ')}]`;
}
