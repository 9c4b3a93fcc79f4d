import type { StreamSet } from './remote-command.ts';
import { upgradeToRuntime } from './runtime-upgrade.ts';
import type { SpdyStream } from './spdy-client.ts';
import { SpdyConnection } from './spdy-client.ts';

const PROTOCOL = 'v4.channel.k8s.io';

export interface RuntimeStreams {
  error: SpdyStream;
  stdin: SpdyStream | undefined;
  stdout: SpdyStream | undefined;
  stderr: SpdyStream | undefined;
  resize: SpdyStream | undefined;
  close(): void;
}

/** The streams of one exec or attach session at the runtime, over SPDY because it can end stdin alone. */
export async function runtimeStreams(url: string, wanted: StreamSet): Promise<RuntimeStreams> {
  const { socket, head } = await upgradeToRuntime(url, 'POST', {
    upgrade: 'SPDY/3.1',
    'x-stream-protocol-version': PROTOCOL,
    'content-length': '0',
  });
  const connection = new SpdyConnection(socket, head);
  const open = (streamtype: string) => connection.open({ streamtype });
  const error = open('error');
  error.end();
  const stdin = wanted.stdin ? open('stdin') : undefined;
  const stdout = wanted.stdout ? open('stdout') : undefined;
  const stderr = wanted.stderr && !wanted.tty ? open('stderr') : undefined;
  const resize = wanted.tty ? open('resize') : undefined;
  for (const stream of [stdin, resize]) stream?.resume(); // Nothing comes on these; their end must be noticed.
  for (const stream of [error, stdin, stdout, stderr, resize]) stream?.on('error', () => {});
  return { error, stdin, stdout, stderr, resize, close: () => connection.close() };
}
