/**
 * How fast the API server is: `node test/bench/api/main.ts [--pods 5000] [--changes 300]`. HTTPS with a bearer token, RBAC on, storage
 * on disk, the server in a process of its own. Prints one line per measurement.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Connection } from './connection.ts';
import { Follower } from './follower.ts';
import { pod } from './pods.ts';
import { ProtobufConnection } from './protobuf-follower.ts';
import { cpuMicroseconds, report, rss, startServer } from './server-process.ts';

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '5000' },
    port: { type: 'string', default: '27443' },
    seconds: { type: 'string', default: '4' },
    changes: { type: 'string', default: '300' },
  },
});
const PODS = Number(values.pods);
const PORT = Number(values.port);
const RUN_MS = Number(values.seconds) * 1000;
const NAMESPACE = '/api/v1/namespaces/bench';

const configMap = (name: string) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { text: 'x'.repeat(1400) } });

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const began = performance.now();
  const server = await startServer(directory, PORT);
  report('start', `${Math.round(performance.now() - began)} ms`);
  try {
    await measure(server, directory);
  } finally {
    server.kill('SIGTERM');
    await new Promise((resolve) => server.once('exit', resolve));
    rmSync(directory, { recursive: true });
  }
}

async function measure(server: ChildProcess, directory: string): Promise<void> {
  const ca = readFileSync(join(directory, 'pki/ca.crt'), 'utf8');
  const token = readFileSync(join(directory, 'admin.token'), 'utf8').trim();
  const connections = await Promise.all(Array.from({ length: 32 }, () => Connection.open(PORT, ca, token)));
  const one = connections.slice(0, 1);
  const first = connections[0] as Connection;
  await first.ask('POST', '/api/v1/namespaces', JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'bench' } }));
  await first.ask(
    'POST',
    `${NAMESPACE}/serviceaccounts`,
    JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }),
  );
  report('rss, empty', rss(server));

  let n = 0;
  report(
    'ConfigMap creates/s, 1 connection',
    await rate(server, one, () => ['POST', `${NAMESPACE}/configmaps`, configMap(`a-${n++}`)], 201),
  );
  report(
    'ConfigMap creates/s, 32 connections',
    await rate(server, connections, () => ['POST', `${NAMESPACE}/configmaps`, configMap(`b-${n++}`)], 201),
  );
  report('ConfigMap GETs/s, 32 connections', await rate(server, connections, () => ['GET', `${NAMESPACE}/configmaps/a-1`], 200));
  report('Pod creates/s, 32 connections', await rate(server, connections, () => ['POST', `${NAMESPACE}/pods`, pod(`p-${n++}`)], 201, PODS));
  const lists: number[] = [];
  let bytes = 0;
  for (let i = 0; i < 5; i++) {
    const at = performance.now();
    bytes = (await first.ask('GET', `${NAMESPACE}/pods`)).length;
    lists.push(performance.now() - at);
  }
  report(`LIST of ${PODS} pods`, `${lists.map((ms) => Math.round(ms)).join(' ')} ms, ${(bytes / 1e6).toFixed(1)} MB`);
  const follow = (path: string) => Follower.open(PORT, ca, token, path);
  report('watch deliveries/s, 200 watchers', await fanOut(server, follow, connections, 'secrets'));
  const clients = Array.from({ length: 10 }, () => new ProtobufConnection(PORT, ca, token));
  const followProtobuf = (path: string, i: number) => (clients[i % clients.length] as ProtobufConnection).follow(path);
  report('... 10 clients, HTTP/2, protobuf', await fanOut(server, followProtobuf, connections, 'configmaps'));
  for (const client of clients) client.close();
  report('rss, full', rss(server));
  for (const connection of connections) connection.close();
}

type Question = [method: string, path: string, body?: string];

/** Questions per second, asked by all connections at once for a while or until there were `count`, and the server's own time for one. */
async function rate(
  server: ChildProcess,
  connections: readonly Connection[],
  question: () => Question,
  status: number,
  count = Number.POSITIVE_INFINITY,
): Promise<string> {
  const began = performance.now();
  const cpu = cpuMicroseconds(server);
  let asked = 0;
  const ask = async (connection: Connection) => {
    while (asked < count && (count !== Number.POSITIVE_INFINITY || performance.now() - began < RUN_MS)) {
      asked++;
      const [method, path, body] = question();
      const reply = await connection.ask(method, path, body);
      if (reply.status !== status) throw new Error(`${method} ${path}: ${reply.status}`);
    }
  };
  await Promise.all(connections.map(ask));
  const perSecond = Math.round((asked * 1000) / (performance.now() - began));
  return `${perSecond} (${Math.round((cpuMicroseconds(server) - cpu) / asked)} us of the server's CPU each)`;
}

interface Following {
  seen(count: number): Promise<void>;
  close(): void;
}

/** Changes that reach watchers per second: 200 of them follow one resource. */
async function fanOut(
  server: ChildProcess,
  follow: (path: string, i: number) => Promise<Following>,
  writers: readonly Connection[],
  resource: string,
): Promise<string> {
  const watchers = await Promise.all(
    Array.from({ length: 200 }, (_, i) =>
      follow(`${NAMESPACE}/${resource}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan`, i),
    ),
  );
  const changes = Number(values.changes);
  const cpu = cpuMicroseconds(server);
  const began = performance.now();
  let n = 0;
  const write = async (connection: Connection) => {
    while (n < changes)
      await connection.ask(
        'POST',
        `${NAMESPACE}/${resource}`,
        JSON.stringify({ metadata: { name: `s-${n++}`, annotations: { text: 'x'.repeat(500) } } }),
      );
  };
  await Promise.all([...writers.slice(0, 8).map(write), ...watchers.map((watcher) => watcher.seen(changes))]);
  const deliveries = changes * watchers.length;
  const seconds = (performance.now() - began) / 1000;
  for (const watcher of watchers) watcher.close();
  return `${Math.round(deliveries / seconds)} (${((cpuMicroseconds(server) - cpu) / deliveries).toFixed(1)} us of the server's CPU each)`;
}

await main();
