/**
 * What the API server takes when nothing happens: `node test/bench/api/memory.ts [--pods 30000] [--rest 20] [--bare]`. Its
 * memory and processor time at rest, empty and with pods that each had their status written once, or never.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Connection } from './connection.ts';
import { pod } from './pods.ts';
import { cpuMicroseconds, report, rss, startServer } from './server-process.ts';

const { values } = parseArgs({
  options: {
    pods: { type: 'string', default: '30000' },
    port: { type: 'string', default: '27444' },
    rest: { type: 'string', default: '20' },
    bare: { type: 'boolean' },
  },
});
const PORT = Number(values.port);
const REST_SECONDS = Number(values.rest);
const NAMESPACE = '/api/v1/namespaces/bench';

const status = JSON.stringify({
  status: {
    phase: 'Running',
    podIP: '10.244.1.7',
    podIPs: [{ ip: '10.244.1.7' }],
    hostIP: '172.18.0.3',
    startTime: '2026-01-01T00:00:00Z',
    conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) => ({
      type,
      status: 'True',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    })),
    containerStatuses: [
      {
        name: 'c',
        image: 'registry.local/bench:1',
        imageID: `sha256:${'0'.repeat(64)}`,
        containerID: `containerd://${'0'.repeat(64)}`,
        ready: true,
        started: true,
        restartCount: 0,
        state: { running: { startedAt: '2026-01-01T00:00:00Z' } },
      },
    ],
  },
});

async function atRest(server: ChildProcess, what: string): Promise<void> {
  const cpu = cpuMicroseconds(server);
  await sleep(REST_SECONDS * 1000);
  const share = (cpuMicroseconds(server) - cpu) / (REST_SECONDS * 10_000);
  report(what, `${rss(server)}, ${share.toFixed(1)} % of a core`);
}

async function fill(connections: readonly Connection[]): Promise<void> {
  const first = connections[0] as Connection;
  await first.ask('POST', '/api/v1/namespaces', JSON.stringify({ metadata: { name: 'bench' } }));
  await first.ask('POST', `${NAMESPACE}/serviceaccounts`, JSON.stringify({ metadata: { name: 'default' } }));
  let n = 0;
  const work = async (connection: Connection) => {
    while (n < Number(values.pods)) {
      const name = `p-${n++}`;
      const made = await connection.ask('POST', `${NAMESPACE}/pods`, pod(name));
      if (made.status !== 201) throw new Error(`creating ${name}: ${made.status}`);
      if (!values.bare) await connection.ask('PATCH', `${NAMESPACE}/pods/${name}/status`, status, 'application/strategic-merge-patch+json');
    }
  };
  await Promise.all(connections.map(work));
}

const directory = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
const server = await startServer(directory, PORT);
try {
  await atRest(server, 'empty');
  const ca = readFileSync(join(directory, 'pki/ca.crt'), 'utf8');
  const token = readFileSync(join(directory, 'admin.token'), 'utf8').trim();
  const connections = await Promise.all(Array.from({ length: 16 }, () => Connection.open(PORT, ca, token)));
  await fill(connections);
  report(`${values.pods} pods, just made`, rss(server));
  await atRest(server, `${values.pods} pods`);
  const list = await (connections[0] as Connection).ask('GET', `${NAMESPACE}/pods`);
  report('their list', `${(list.length / 1e6).toFixed(1)} MB`);
  await atRest(server, 'after a list');
  for (const connection of connections) connection.close();
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(directory, { recursive: true });
}
