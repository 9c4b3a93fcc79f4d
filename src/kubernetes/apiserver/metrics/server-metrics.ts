import { readdirSync, readFileSync } from 'node:fs';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Storage } from '../../storage/storage.ts';
import { VERSION } from '../health/version.ts';

const CPU_SCALE = 1e6;
const PAGE_BYTES = 4096;

/** What is read of the process when somebody asks, and how large its storage is. */
export function registerServerMetrics(registry: Registry, storage: Storage, startedAt: number): void {
  const registers = [registry];
  const processor: Counter = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time used.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      processor.reset();
      processor.inc((user + system) / CPU_SCALE);
    },
  });
  gauge(registry, 'process_resident_memory_bytes', 'Memory in use.', () => process.memoryUsage.rss());
  gauge(registry, 'process_virtual_memory_bytes', 'Address space in use.', virtualMemory);
  gauge(registry, 'process_virtual_memory_max_bytes', 'Address space that may be used.', () => limitOf('Max address space'));
  gauge(registry, 'process_open_fds', 'Open files and sockets.', openFiles);
  gauge(registry, 'process_max_fds', 'Open files and sockets that there may be.', () => limitOf('Max open files'));
  storageSize(registry, storage);
  gauge(registry, 'process_start_time_seconds', 'When the process started.', () => startedAt / 1000);
  const build = new Gauge({
    name: 'kubernetes_build_info',
    help: 'What is running.',
    labelNames: ['major', 'minor', 'git_version', 'git_commit', 'git_tree_state', 'build_date', 'go_version', 'compiler', 'platform'],
    registers,
  });
  build.set(
    {
      major: VERSION.major,
      minor: VERSION.minor,
      git_version: VERSION.gitVersion,
      git_commit: VERSION.gitCommit,
      git_tree_state: VERSION.gitTreeState,
      build_date: VERSION.buildDate,
      go_version: VERSION.goVersion,
      compiler: VERSION.compiler,
      platform: VERSION.platform,
    },
    1,
  );
}

/** Connections that ended before anything could be asked. */
export function handshakeErrors(registry: Registry): Counter {
  const help = 'Connections whose TLS handshake failed.';
  return new Counter({ name: 'apiserver_tls_handshake_errors_total', help, registers: [registry] });
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const made: Gauge = new Gauge({ name, help, registers: [registry], collect: () => made.set(read()) });
}

function virtualMemory(): number {
  try {
    return Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[0]) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

/** As the kernel says; Go shows what has no limit as the largest number there is. */
function limitOf(name: string): number {
  try {
    const line = readFileSync('/proc/self/limits', 'utf8')
      .split('\n')
      .find((text) => text.startsWith(name));
    const soft = line?.slice(name.length).trim().split(/\s+/)[0];
    return soft === 'unlimited' ? 2 ** 64 : Number(soft ?? 0);
  } catch {
    return 0;
  }
}

function storageSize(registry: Registry, storage: Storage): void {
  const made: Gauge<'storage_cluster_id'> = new Gauge({
    name: 'apiserver_storage_size_bytes',
    help: 'How much room storage takes.',
    labelNames: ['storage_cluster_id'],
    registers: [registry],
    async collect() {
      const size = await storage.size?.().catch(() => undefined);
      if (size === undefined) made.reset();
      else made.set({ storage_cluster_id: 'etcd-0' }, size);
    },
  });
}
