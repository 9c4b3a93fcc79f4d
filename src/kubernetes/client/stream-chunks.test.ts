import type { ClientHttp2Stream } from 'node:http2';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { chunksOf } from './stream-chunks.ts';

/** As an HTTP/2 stream is when head, body and end came in one read: closed, and its body still to be read. */
function arrivedWhole(body: string): Readable {
  const stream = new Readable({ read() {} });
  Object.defineProperty(stream, 'closed', { value: true });
  stream.push(body);
  stream.push(null);
  return stream;
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk;
  return text;
}

test('an answer that arrived whole is read whole, which Node’s own iterator does not manage', async () => {
  expect(await textOf(chunksOf(arrivedWhole('{"a":1}') as ClientHttp2Stream))).toBe('{"a":1}');
  await expect(textOf(arrivedWhole('{"a":1}'))).rejects.toThrow('Premature close');
});

test('pieces as they come, and the end', async () => {
  const stream = new Readable({ read() {} });
  const text = textOf(chunksOf(stream as ClientHttp2Stream));
  for (const piece of ['a', 'b', 'c']) {
    stream.push(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  stream.push(null);
  expect(await text).toBe('abc');
});

test('a stream that ends without its end, and one that fails', async () => {
  const gone = new Readable({ read() {} });
  const goneText = textOf(chunksOf(gone as ClientHttp2Stream));
  gone.push('a');
  gone.destroy();
  await expect(goneText).rejects.toThrow('the connection ended before the answer did');
  const failed = new Readable({ read() {} });
  const failedText = textOf(chunksOf(failed as ClientHttp2Stream));
  failed.destroy(new Error('reset'));
  await expect(failedText).rejects.toThrow('reset');
});
