import type { ClientHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';

/**
 * The body of an answer as it comes. Node's own iterator will not do: for a stream whose end has arrived but is not read
 * yet, as happens when head, body and end come in one read, it gives the body and then throws "Premature close".
 * Who stops early cancels the stream.
 */
export async function* chunksOf(stream: ClientHttp2Stream): AsyncGenerator<Buffer> {
  let wake = () => {};
  let failure: Error | undefined;
  const look = () => wake();
  const failed = (error: Error) => {
    failure = error;
    wake();
  };
  stream.on('readable', look).on('end', look).on('close', look).on('error', failed);
  try {
    while (!stream.readableEnded) {
      const chunk = stream.destroyed ? null : (stream.read() as Buffer | null);
      if (chunk) yield chunk;
      else if (failure ?? stream.errored) throw failure ?? stream.errored;
      else if (stream.destroyed && !stream.readableEnded) throw new Error('the connection ended before the answer did');
      else if (!stream.readableEnded) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    stream.off('readable', look).off('end', look).off('close', look).off('error', failed);
    if (!stream.readableEnded && !stream.destroyed) stream.close(constants.NGHTTP2_CANCEL);
  }
}
