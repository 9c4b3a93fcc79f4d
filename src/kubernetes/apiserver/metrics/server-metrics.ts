import { readdirSync, readFileSync } from 'node:fs';
import { Counter, Gauge, type Registry } from 'prom-client';
import { groupResource } from '../../machinery/resource.ts';
import { VERSION } from '../health/version.ts';
import type { WatchCache } from '../store/watch-cache.ts';

const CPU_SCALE = 1e6;
const PAGE_BYTES = 4096;

/** What is read when somebody asks: the process, and how much is stored. */
export function registerServerMetrics(registry: Registry, cache: WatchCache, startedAt: number): void {
  const registers = [registry];
  const objects = new Gauge({
    name: 'apiserver_storage_objects',
    help: 'Stored objects by resource.',
    labelNames: ['resource'],
    registers,
    collect() {
      for (const { definition, size } of cache.all()) objects.set({ resource: groupResource(definition) }, size);
    },
  });
  const resourceObjects = new Gauge({
    name: 'apiserver_resource_objects',
    help: 'Stored objects by group and resource.',
    labelNames: ['group', 'resource'],
    registers,
    collect() {
      for (const { definition, size } of cache.all()) resourceObjects.set({ group: definition.group, resource: definition.plural }, size);
    },
  });
  gauge(registry, 'apiserver_watch_cache_resource_version', 'The version the watch cache shows.', () => cache.revision);
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
  gauge(registry, 'process_open_fds', 'Open files and sockets.', openFiles);
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
