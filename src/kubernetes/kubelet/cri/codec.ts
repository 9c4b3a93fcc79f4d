import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { messageFields } from './runtime-v1-fields.ts';

export type MessageName = keyof typeof messageFields;

/** What a caller may leave out of a message it sends: anything, at any depth. */
export type Init<T> = {
  [K in keyof T]?: T[K] extends Uint8Array | string | number | boolean
    ? T[K]
    : NonNullable<T[K]> extends readonly (infer U)[]
      ? Init<U>[]
      : NonNullable<T[K]> extends Record<string, string>
        ? NonNullable<T[K]>
        : Init<NonNullable<T[K]>> | undefined;
};

/** Codes: s string, b bool, i int32 or enum, u uint32, l int64, v uint64, x bytes, % map of strings, .Name message; * repeats. */
interface Field {
  number: number;
  name: string;
  code: string;
  repeated: boolean;
}

type Plain = Record<string, unknown>;

const parsed = new Map<MessageName, Field[]>();

function fieldsOf(message: MessageName): Field[] {
  let fields = parsed.get(message);
  if (!fields) {
    fields = messageFields[message].split('|').filter(Boolean).map(parseField);
    parsed.set(message, fields);
  }
  return fields;
}

function parseField(text: string): Field {
  const [number = '', name = '', code = ''] = text.split(' ');
  const repeated = code.startsWith('*');
  return { number: Number(number), name, code: repeated ? code.slice(1) : code, repeated };
}

/** Protobuf bytes of `value`; proto3 defaults are left out. */
export function encode(message: MessageName, value: object): Uint8Array {
  const writer = new BinaryWriter();
  writeMessage(writer, message, value as Plain);
  return writer.finish();
}

function writeMessage(writer: BinaryWriter, message: MessageName, value: Plain): void {
  for (const field of fieldsOf(message)) {
    const item = value[field.name];
    if (item === undefined || item === null) continue;
    if (field.code === '%') writeMap(writer, field.number, item as Record<string, string>);
    else if (field.repeated) for (const element of item as unknown[]) writeField(writer, field, element);
    else if (!isDefault(item)) writeField(writer, field, item);
  }
}

function isDefault(value: unknown): boolean {
  return value === 0 || value === '' || value === false || (value instanceof Uint8Array && value.length === 0);
}

function writeMap(writer: BinaryWriter, number: number, map: Record<string, string>): void {
  for (const [key, value] of Object.entries(map)) {
    writer.tag(number, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.LengthDelimited).string(key);
    writer.tag(2, WireType.LengthDelimited).string(value);
    writer.join();
  }
}

function writeField(writer: BinaryWriter, { number, code }: Field, value: unknown): void {
  if (code.startsWith('.')) {
    writer.tag(number, WireType.LengthDelimited).fork();
    writeMessage(writer, code.slice(1) as MessageName, value as Plain);
    writer.join();
    return;
  }
  const lengthDelimited = code === 's' || code === 'x';
  writer.tag(number, lengthDelimited ? WireType.LengthDelimited : WireType.Varint);
  if (code === 's') writer.string(value as string);
  else if (code === 'x') writer.bytes(value as Uint8Array);
  else if (code === 'b') writer.bool(value as boolean);
  else if (code === 'i') writer.int32(value as number);
  else if (code === 'u') writer.uint32(value as number);
  else if (code === 'l') writer.int64(BigInt(Math.trunc(value as number)));
  else writer.uint64(BigInt(Math.trunc(value as number)));
}

/** The message in `bytes`, with proto3 defaults filled in; unknown fields are skipped. */
export function decode(message: MessageName, bytes: Uint8Array): object {
  return readMessage(new BinaryReader(bytes), message, bytes.length);
}

function readMessage(reader: BinaryReader, message: MessageName, end: number): Plain {
  const fields = fieldsOf(message);
  const value: Plain = {};
  for (const field of fields) value[field.name] = defaultOf(field);
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const field = fields.find((candidate) => candidate.number === number);
    if (!field) reader.skip(wire, number);
    else if (field.code === '%') readMapEntry(reader, value[field.name] as Record<string, string>);
    else if (field.repeated) readRepeated(reader, field, wire, value[field.name] as unknown[]);
    else value[field.name] = readField(reader, field.code);
  }
  return value;
}

function defaultOf({ code, repeated }: Field): unknown {
  if (repeated) return [];
  if (code === '%') return {};
  if (code.startsWith('.')) return undefined;
  if (code === 's') return '';
  if (code === 'x') return new Uint8Array();
  return code === 'b' ? false : 0;
}

function readRepeated(reader: BinaryReader, field: Field, wire: WireType, into: unknown[]): void {
  const packed = wire === WireType.LengthDelimited && !field.code.startsWith('.') && field.code !== 's' && field.code !== 'x';
  if (!packed) {
    into.push(readField(reader, field.code));
    return;
  }
  const end = reader.uint32() + reader.pos;
  while (reader.pos < end) into.push(readField(reader, field.code));
}

function readMapEntry(reader: BinaryReader, into: Record<string, string>): void {
  const end = reader.uint32() + reader.pos;
  let key = '';
  let value = '';
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    if (number === 1) key = reader.string();
    else if (number === 2) value = reader.string();
    else reader.skip(wire, number);
  }
  into[key] = value;
}

function readField(reader: BinaryReader, code: string): unknown {
  switch (code) {
    case 's':
      return reader.string();
    case 'b':
      return reader.bool();
    case 'i':
      return reader.int32();
    case 'u':
      return reader.uint32();
    case 'l':
      return Number(reader.int64());
    case 'v':
      return Number(reader.uint64());
    case 'x':
      return reader.bytes();
    default: {
      const length = reader.uint32();
      return readMessage(reader, code.slice(1) as MessageName, reader.pos + length);
    }
  }
}
