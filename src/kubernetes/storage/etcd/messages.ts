import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

// The messages of etcd's v3 API that we speak, and of those the fields we use. Field numbers: etcdserverpb/rpc.proto.

export interface EtcdKeyValue {
  readonly key: string;
  readonly createRevision: number;
  readonly modRevision: number;
  /** A view of the message it came in. */
  readonly value: Buffer;
}

export interface RangeRequest {
  readonly key: string;
  /** First key not in the range; absent: `key` alone. */
  readonly end?: string;
  readonly limit?: number;
  readonly revision?: number;
  readonly keysOnly?: boolean;
}

export interface RangeResponse {
  readonly revision: number;
  readonly items: readonly EtcdKeyValue[];
  /** How many keys the range has, limit or not. */
  readonly count: number;
}

/** If `key` is still as it was at `expect`, writes (or without a value deletes) it. */
export interface SwapRequest {
  readonly key: string;
  readonly expect: number;
  readonly value?: Buffer;
  readonly lease?: number;
}

export interface SwapResponse {
  readonly revision: number;
  readonly succeeded: boolean;
  /** The key before the write, without its value. */
  readonly before: EtcdKeyValue | undefined;
}

export interface WatchCreateRequest {
  readonly key: string;
  readonly end: string;
  readonly startRevision: number;
}

export interface WatchResponse {
  readonly revision: number;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compactRevision: number;
  readonly cancelReason: string;
  readonly events: readonly WatchEvent[];
}

export interface WatchEvent {
  readonly deleted: boolean;
  readonly item: EtcdKeyValue;
}

const TARGET_MOD = 2;

/** The first key after every key with this prefix. Keys are ASCII. */
export function endOfPrefix(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

export function encodeRange(request: RangeRequest): Buffer {
  return finish((writer) => writeRange(writer, request));
}

function writeRange(writer: BinaryWriter, { key, end = '', limit = 0, revision = 0, keysOnly = false }: RangeRequest): void {
  text(writer, 1, key);
  text(writer, 2, end);
  whole(writer, 3, limit);
  whole(writer, 4, revision);
  whole(writer, 8, keysOnly ? 1 : 0);
}

/** A transaction that also reads the key, without its value, on either branch. */
export function encodeSwap({ key, expect, value, lease = 0 }: SwapRequest): Buffer {
  return finish((writer) => {
    message(writer, 1, () => {
      whole(writer, 2, TARGET_MOD);
      text(writer, 3, key);
      // Spelled out even when 0: which of the union's fields is there says what is compared.
      writer.tag(6, WireType.Varint).int64(expect);
    });
    const read = () => message(writer, 1, () => writeRange(writer, { key, keysOnly: true }));
    message(writer, 2, read);
    message(writer, 2, () => (value ? writePut(writer, key, value, lease) : message(writer, 3, () => text(writer, 1, key))));
    message(writer, 3, read);
  });
}

function writePut(writer: BinaryWriter, key: string, value: Buffer, lease: number): void {
  message(writer, 2, () => {
    text(writer, 1, key);
    writer.tag(2, WireType.LengthDelimited).bytes(value);
    whole(writer, 3, lease);
  });
}

export function encodeCompaction(revision: number): Buffer {
  return finish((writer) => whole(writer, 1, revision));
}

export function encodeLeaseGrant({ id, seconds }: { id: number; seconds: number }): Buffer {
  return finish((writer) => {
    whole(writer, 1, seconds);
    whole(writer, 2, id);
  });
}

export function encodeLeaseRevoke(id: number): Buffer {
  return finish((writer) => whole(writer, 1, id));
}

/** A request on a watch stream: a new watch, or (`'progress'`) news of how far the stream's watch has come. */
export function encodeWatch(request: WatchCreateRequest | 'progress'): Buffer {
  return finish((writer) => {
    if (request === 'progress') return message(writer, 3, () => {});
    message(writer, 1, () => {
      text(writer, 1, request.key);
      text(writer, 2, request.end);
      whole(writer, 3, request.startRevision);
      whole(writer, 4, 1);
    });
  });
}

export function decodeRange(bytes: Buffer): RangeResponse {
  return readRange(new BinaryReader(bytes), bytes.length);
}

function readRange(reader: BinaryReader, end: number): RangeResponse {
  const items: EtcdKeyValue[] = [];
  let revision = 0;
  let count = 0;
  fields(reader, end, {
    1: () => (revision = readHeader(reader)),
    2: () => items.push(nested(reader, readKeyValue)),
    4: () => (count = Number(reader.int64())),
  });
  return { revision, items, count };
}

export function decodeSwap(bytes: Buffer): SwapResponse {
  const reader = new BinaryReader(bytes);
  let revision = 0;
  let succeeded = false;
  let before: EtcdKeyValue | undefined;
  const readResponse = (end: number) => fields(reader, end, { 1: () => (before = nested(reader, readRange).items[0]) });
  fields(reader, bytes.length, {
    1: () => (revision = readHeader(reader)),
    2: () => (succeeded = reader.bool()),
    3: () => nested(reader, (_, end) => readResponse(end)),
  });
  return { revision, succeeded, before };
}

export function decodeWatch(bytes: Buffer): WatchResponse {
  const reader = new BinaryReader(bytes);
  const events: WatchEvent[] = [];
  const response = { revision: 0, created: false, canceled: false, compactRevision: 0, cancelReason: '', events };
  fields(reader, bytes.length, {
    1: () => (response.revision = readHeader(reader)),
    3: () => (response.created = reader.bool()),
    4: () => (response.canceled = reader.bool()),
    5: () => (response.compactRevision = Number(reader.int64())),
    6: () => (response.cancelReason = reader.string()),
    11: () => events.push(nested(reader, readEvent)),
  });
  return response;
}

/** Of an answer without anything else that matters. */
export function decodeNothing(_bytes: Buffer): void {}

function readEvent(reader: BinaryReader, end: number): WatchEvent {
  let deleted = false;
  let item: EtcdKeyValue = { key: '', createRevision: 0, modRevision: 0, value: EMPTY };
  fields(reader, end, { 1: () => (deleted = reader.int32() === 1), 2: () => (item = nested(reader, readKeyValue)) });
  return { deleted, item };
}

const EMPTY: Buffer = Buffer.alloc(0);

function readKeyValue(reader: BinaryReader, end: number): EtcdKeyValue {
  const item = { key: '', createRevision: 0, modRevision: 0, value: EMPTY };
  fields(reader, end, {
    1: () => (item.key = reader.string()),
    2: () => (item.createRevision = Number(reader.int64())),
    3: () => (item.modRevision = Number(reader.int64())),
    5: () => (item.value = viewOf(reader.bytes())),
  });
  return item;
}

/** All answers begin with a header; its revision is what matters. */
function readHeader(reader: BinaryReader): number {
  let revision = 0;
  nested(reader, (_, end) => fields(reader, end, { 3: () => (revision = Number(reader.int64())) }));
  return revision;
}

function viewOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function fields(reader: BinaryReader, end: number, readers: Readonly<Record<number, () => void>>): void {
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const read = readers[number];
    if (read) read();
    else reader.skip(wire, number);
  }
}

function nested<T>(reader: BinaryReader, read: (reader: BinaryReader, end: number) => T): T {
  const length = reader.uint32();
  return read(reader, reader.pos + length);
}

function finish(write: (writer: BinaryWriter) => void): Buffer {
  const writer = new BinaryWriter();
  write(writer);
  return viewOf(writer.finish());
}

function message(writer: BinaryWriter, number: number, write: () => void): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  write();
  writer.join();
}

function text(writer: BinaryWriter, number: number, value: string): void {
  if (value !== '') writer.tag(number, WireType.LengthDelimited).string(value);
}

function whole(writer: BinaryWriter, number: number, value: number): void {
  if (value !== 0) writer.tag(number, WireType.Varint).int64(value);
}
