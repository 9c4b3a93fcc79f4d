import { mkdtemp, rm } from 'node:fs/promises';
import type { Http2Server, ServerHttp2Stream } from 'node:http2';
import { createServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GrpcChannel, grpcCode } from './grpc-channel.ts';

let server: Http2Server;
let folder: string;
let channel: GrpcChannel;
let answer: (stream: ServerHttp2Stream) => void;

const OK = { ':status': 200, 'content-type': 'application/grpc' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grpc-'));
  const socket = join(folder, 'sock');
  server = createServer();
  server.on('stream', (stream) => answer(stream));
  server.on('sessionError', () => {});
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  channel = new GrpcChannel(socket, 'test');
});

afterEach(async () => {
  channel[Symbol.dispose]();
  server.close();
  await rm(folder, { recursive: true });
});

const frame = (text: string) => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(Buffer.byteLength(text), 1);
  return Buffer.concat([prefix, Buffer.from(text)]);
};

function succeedWith(...messages: string[]): (stream: ServerHttp2Stream) => void {
  return (stream) => {
    stream.respond(OK, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    for (const message of messages) stream.write(frame(message));
    stream.end();
  };
}

test('a unary call', async () => {
  answer = succeedWith('hello');
  expect((await channel.unary('/s/M', Buffer.from('hi'))).toString()).toBe('hello');
});

test('a stream, whatever way its bytes are cut', async () => {
  answer = (stream) => {
    stream.respond(OK, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    for (const byte of Buffer.concat([frame('one'), frame(''), frame('two')])) stream.write(Buffer.from([byte]));
    stream.end();
  };
  const seen: string[] = [];
  for await (const message of channel.stream('/s/M', new Uint8Array())) seen.push(message.toString());
  expect(seen).toEqual(['one', '', 'two']);
});

test('a refusal carries its code and its words', async () => {
  answer = (stream) => stream.respond({ ...OK, 'grpc-status': '5', 'grpc-message': 'no such container%3A x' }, { endStream: true });
  await expect(channel.unary('/s/M', new Uint8Array())).rejects.toMatchObject({
    code: grpcCode.NOT_FOUND,
    message: 'no such container: x',
  });
});

test('a failure after the first message', async () => {
  answer = (stream) => {
    stream.respond(OK, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '2', 'grpc-message': 'broke' }));
    stream.end(frame('part'));
  };
  await expect(channel.unary('/s/M', new Uint8Array())).rejects.toMatchObject({ code: grpcCode.UNKNOWN, message: 'broke' });
});

test('a server that does not answer in time', async () => {
  answer = () => {};
  await expect(channel.unary('/s/M', new Uint8Array(), { timeout: 1 })).rejects.toMatchObject({ code: grpcCode.DEADLINE_EXCEEDED });
});

test('an aborted call', async () => {
  const stop = new AbortController();
  answer = () => stop.abort(new Error('enough'));
  await expect(channel.unary('/s/M', new Uint8Array(), { signal: stop.signal })).rejects.toThrow('enough');
});

test('a connection that broke is opened again', async () => {
  answer = (stream) => stream.session?.destroy();
  await expect(channel.unary('/s/M', new Uint8Array())).rejects.toMatchObject({ code: grpcCode.UNAVAILABLE });
  answer = succeedWith('again');
  expect((await channel.unary('/s/M', new Uint8Array())).toString()).toBe('again');
});

test('nobody listens', async () => {
  using lonely = new GrpcChannel(join(folder, 'nobody'), 'test');
  await expect(lonely.unary('/s/M', new Uint8Array())).rejects.toMatchObject({ code: grpcCode.UNAVAILABLE });
});
