import { StringDecoder } from 'node:string_decoder';
import { WebSocket } from 'ws';
import { RemoteError } from '../../ipc/errors.ts';
import type { Handlers } from '../../ipc/host.ts';
import { Mailbox } from '../../ipc/mailbox.ts';
import type { execIpc, TerminalInput, TerminalOutput } from '../../ipc/pod-streams.ts';
import type { Status } from '../../kubernetes/machinery/status.ts';
import { type KubeConnection, statusError } from './connection.ts';
import type { KubeConnections } from './connections.ts';

/** Channels of Kubernetes' streaming subprotocol: the first byte of every message. */
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;

/** A terminal in a container, over Kubernetes' WebSocket subprotocol. */
export function execHandlers(connections: KubeConnections): Handlers<typeof execIpc> {
  return {
    async *open({ cluster, namespace, pod, container, command, columns, rows }, { signal, upstream }) {
      const query = new URLSearchParams({ container, stdin: 'true', stdout: 'true', tty: 'true' });
      for (const word of command) query.append('command', word);
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec?${query}`;
      const socket = await connect(await connections.get(cluster), path, signal);
      try {
        send(socket, { type: 'resize', columns, rows });
        void forward(upstream, socket);
        yield* outputOf(socket, signal);
      } finally {
        socket.close();
      }
    },
  };
}

function connect(connection: KubeConnection, path: string, signal: AbortSignal): Promise<WebSocket> {
  const url = new URL(path, connection.server);
  url.protocol = 'wss:';
  const { headers, ...tls } = connection.credentials;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['v5.channel.k8s.io', 'v4.channel.k8s.io'], { ...tls, headers: headers as Record<string, string> });
    const onAbort = () => {
      socket.terminate();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('open', () => {
      signal.removeEventListener('abort', onAbort);
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => reject(statusError(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'))));
    });
  });
}

async function forward(upstream: AsyncIterable<TerminalInput>, socket: WebSocket): Promise<void> {
  for await (const message of upstream) {
    if (socket.readyState !== socket.OPEN) return;
    send(socket, message);
  }
}

function send(socket: WebSocket, message: TerminalInput): void {
  if (message.type === 'input') socket.send(frame(STDIN, message.text));
  else socket.send(frame(RESIZE, JSON.stringify({ Width: message.columns, Height: message.rows })));
}

function frame(channel: number, text: string): Buffer {
  return Buffer.concat([Buffer.of(channel), Buffer.from(text, 'utf8')]);
}

async function* outputOf(socket: WebSocket, signal: AbortSignal): AsyncGenerator<TerminalOutput> {
  const inbox = new Mailbox<TerminalOutput>();
  const decoder = new StringDecoder('utf8');
  socket.on('message', (data: Buffer) => {
    const channel = data[0];
    const payload = data.subarray(1);
    if (channel === STDOUT || channel === STDERR) inbox.push({ type: 'output', text: decoder.write(payload) });
    if (channel === ERROR) inbox.push(exitOf(JSON.parse(payload.toString('utf8')) as Status));
  });
  socket.on('close', () => inbox.close());
  socket.on('error', (error) => inbox.close(new RemoteError(`The terminal's connection broke: ${error.message}`, 'Disconnected')));
  const onAbort = () => inbox.close();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const item of inbox) if (item.type === 'exit' || item.text) yield item;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** What the error channel says once the command ended. */
function exitOf(status: Status): TerminalOutput {
  if (status.status === 'Success') return { type: 'exit', code: 0 };
  const code = status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  return code === undefined ? { type: 'exit', message: status.message } : { type: 'exit', code: Number(code) };
}
