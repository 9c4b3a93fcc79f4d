import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureEtcd } from '../../scripts/setup/etcd.ts';
import { Printed } from './process.ts';

/** A real etcd of one member, on loopback, that is gone with its data when disposed. */
export interface TestEtcd extends AsyncDisposable {
  readonly url: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** The same member on the same data, after {@link kill}. */
  start(): Promise<void>;
}

export interface TestEtcdOptions {
  /** Files; with them clients speak TLS and must show a certificate of the authority. */
  tls?: { ca: string; cert: string; key: string };
}

export async function startEtcd({ tls }: TestEtcdOptions = {}): Promise<TestEtcd> {
  const program = await ensureEtcd();
  const directory = await mkdtemp(join(tmpdir(), 'slipway-etcd-'));
  const [port, peerPort] = await freePorts();
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const flags = {
    name: 'test',
    'data-dir': directory,
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peer,
    'initial-advertise-peer-urls': peer,
    'initial-cluster': `test=${peer}`,
    // Our processes get killed, the machine does not lose power.
    'unsafe-no-fsync': 'true',
    ...(tls ? { 'cert-file': tls.cert, 'key-file': tls.key, 'trusted-ca-file': tls.ca, 'client-cert-auth': 'true' } : {}),
  };
  const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  let child: ChildProcess | undefined;
  const etcd: TestEtcd = {
    url,
    async kill() {
      const running = child;
      child = undefined;
      if (!running || running.exitCode !== null) return;
      const closed = once(running, 'close');
      running.kill('SIGKILL');
      await closed;
    },
    async start() {
      child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      await new Printed(child).waitFor(/ready to serve client requests/);
    },
    async [Symbol.asyncDispose]() {
      await etcd.kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
  try {
    await etcd.start();
  } catch (error) {
    await etcd[Symbol.asyncDispose]();
    throw error;
  }
  return etcd;
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  await Promise.all(servers.map((server) => once(server.listen(0, '127.0.0.1'), 'listening')));
  const [first, second] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return [first as number, second as number];
}
