import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

const VERSION = 0x8003;
const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const FIN = 0x01;
const HEADER = 8;
const MAX_DATA = 1 << 20;
const MAX_STORED = 0xffff;
/** An empty deflate block: makes the reader hand out what it has instead of waiting for more. */
const FLUSH = Buffer.from([0, 0, 0, 0xff, 0xff]);

/** One stream of a SPDY connection: bytes in both directions, each of which can end before the other. */
export class SpdyStream extends Duplex {
  readonly #id: number;
  readonly #connection: SpdyConnection;

  constructor(id: number, connection: SpdyConnection) {
    super({ allowHalfOpen: true, emitClose: true });
    this.#id = id;
    this.#connection = connection;
  }

  override _read(): void {
    this.#connection.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#connection.sendData(this.#id, chunk, 0, callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#connection.sendData(this.#id, Buffer.alloc(0), FIN, callback);
  }

  /** Bytes or, as null, the end from the other side. False: hold back. */
  receive(chunk: Buffer | null): boolean {
    return this.push(chunk);
  }
}

/**
 * The client's end of SPDY/3.1 as container runtimes speak it for exec, attach and port-forward: streams are opened
 * by this side only, and neither side limits the other (no flow control). What the runtime says in headers is of no
 * use to us, so that nothing needs decompressing; our own headers go as uncompressed deflate blocks.
 */
export class SpdyConnection {
  readonly #socket: Socket;
  readonly #streams = new Map<number, SpdyStream>();
  #nextId = 1;
  #pending: Buffer = Buffer.alloc(0);
  #headersSent = false;

  constructor(socket: Socket, head: Buffer) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.once('error', (error) => this.#closeAll(error));
    socket.once('close', () => this.#closeAll());
    if (head.length > 0) this.#receive(head);
  }

  /** Opens a stream with these headers (names in lower case). */
  open(headers: Record<string, string>): SpdyStream {
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = new SpdyStream(id, this);
    this.#streams.set(id, stream);
    const block = this.#headerBlock(headers);
    const frame = Buffer.alloc(HEADER + 10);
    writeControl(frame, SYN_STREAM, 0, 10 + block.length);
    frame.writeUInt32BE(id, 8);
    this.#socket.write(Buffer.concat([frame, block]));
    return stream;
  }

  sendData(id: number, chunk: Buffer, flags: number, callback: (error?: Error | null) => void): void {
    for (let from = 0; from < chunk.length - MAX_DATA; from += MAX_DATA) this.#writeData(id, chunk.subarray(from, from + MAX_DATA), 0);
    const tail = chunk.length > MAX_DATA ? chunk.subarray(Math.floor((chunk.length - 1) / MAX_DATA) * MAX_DATA) : chunk;
    this.#writeData(id, tail, flags, callback);
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.destroy();
  }

  #writeData(id: number, chunk: Buffer, flags: number, callback?: (error?: Error | null) => void): void {
    const frame = Buffer.alloc(HEADER);
    frame.writeUInt32BE(id, 0);
    frame.writeUInt32BE(((flags << 24) | chunk.length) >>> 0, 4);
    this.#socket.write(Buffer.concat([frame, chunk]), callback);
  }

  /** Headers as one or more stored deflate blocks; the zlib header comes once for the whole connection. */
  #headerBlock(headers: Record<string, string>): Buffer {
    const plain = plainHeaders(headers);
    const parts: Buffer[] = this.#headersSent ? [] : [Buffer.from([0x78, 0x01])];
    this.#headersSent = true;
    for (let from = 0; from < plain.length; from += MAX_STORED) {
      const piece = plain.subarray(from, from + MAX_STORED);
      const lead = Buffer.alloc(5);
      lead.writeUInt16LE(piece.length, 1);
      lead.writeUInt16LE(~piece.length & 0xffff, 3);
      parts.push(lead, piece);
    }
    return Buffer.concat([...parts, FLUSH]);
  }

  #receive(chunk: Buffer): void {
    let data = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    while (data.length >= HEADER) {
      const length = data.readUInt32BE(4) & 0xff_ffff;
      if (data.length < HEADER + length) break;
      this.#frame(data, data.subarray(HEADER, HEADER + length));
      data = data.subarray(HEADER + length);
    }
    this.#pending = data;
  }

  #frame(head: Buffer, body: Buffer): void {
    const flags = head.readUInt8(4);
    const control = (head.readUInt8(0) & 0x80) !== 0;
    if (!control) {
      this.#deliver(head.readUInt32BE(0), body, flags);
      return;
    }
    const type = head.readUInt16BE(2);
    if (type === PING) this.#socket.write(Buffer.concat([head.subarray(0, HEADER), body]));
    else if (type === SYN_REPLY) this.#deliver(body.readUInt32BE(0), Buffer.alloc(0), flags);
    else if (type === RST_STREAM) this.#deliver(body.readUInt32BE(0), Buffer.alloc(0), FIN);
    else if (type === GOAWAY) this.#closeAll();
  }

  #deliver(id: number, body: Buffer, flags: number): void {
    const stream = this.#streams.get(id);
    if (!stream) return;
    if (body.length > 0 && !stream.receive(Buffer.from(body))) this.#socket.pause();
    if (flags & FIN) {
      stream.receive(null);
      this.#streams.delete(id);
      // Nobody asks an ended stream for more: where it held the connection back, the others would wait for ever.
      this.#socket.resume();
    }
  }

  #closeAll(error?: Error): void {
    for (const stream of this.#streams.values()) {
      if (error) stream.destroy(error);
      else stream.receive(null);
    }
    this.#streams.clear();
  }
}

function writeControl(frame: Buffer, type: number, flags: number, length: number): void {
  frame.writeUInt16BE(VERSION, 0);
  frame.writeUInt16BE(type, 2);
  frame.writeUInt32BE(((flags << 24) | length) >>> 0, 4);
}

function plainHeaders(headers: Record<string, string>): Buffer {
  const entries = Object.entries(headers);
  const count = Buffer.alloc(4);
  count.writeUInt32BE(entries.length);
  return Buffer.concat([count, ...entries.flat().map(lengthPrefixed)]);
}

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
