import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { SpdyConnection } from './spdy-client.ts';

const FIN = 1;

/** Both ends of a connection: what the runtime's end sends is up to the test. */
async function pair(): Promise<{ connection: SpdyConnection; runtime: Socket }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [runtime] = (await once(server, 'connection')) as [Socket];
  const connection = new SpdyConnection(socket, Buffer.alloc(0));
  onTestFinished(() => {
    connection.close();
    runtime.destroy();
    server.close();
  });
  runtime.resume();
  return { connection, runtime };
}

function data(id: number, bytes: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(id, 0);
  head.writeUInt32BE((flags << 24) | bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

test('a stream that ends while it holds the connection back lets the others go on', async () => {
  const { connection, runtime } = await pair();
  const output = connection.open({ streamtype: 'stdout' });
  const status = connection.open({ streamtype: 'error' });
  // More than a stream takes without asking for a pause.
  const bytes = Buffer.alloc(200_000, 'x');
  runtime.write(data(1, bytes, FIN));
  expect(await buffer(output)).toEqual(bytes);
  runtime.write(data(3, Buffer.from('done'), FIN));
  expect(await text(status)).toBe('done');
});

test('the end of the connection ends every stream', async () => {
  const { connection, runtime } = await pair();
  const output = connection.open({ streamtype: 'stdout' });
  runtime.end(data(1, Buffer.from('all there is')));
  expect(await text(output)).toBe('all there is');
});
