import { readdirSync } from 'node:fs';
import { Gauge, type Registry } from 'prom-client';
import { groupResource } from '../../machinery/resource.ts';
import { VERSION } from '../health/version.ts';
import type { WatchCache } from '../store/watch-cache.ts';

const CPU_SCALE = 1e6;

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
  gauge(registry, 'process_cpu_seconds_total', 'Processor time used.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / CPU_SCALE;
  });
  gauge(registry, 'process_resident_memory_bytes', 'Memory in use.', () => process.memoryUsage.rss());
  gauge(registry, 'process_open_fds', 'Open files and sockets.', openFiles);
  gauge(registry, 'process_start_time_seconds', 'When the process started.', () => startedAt / 1000);
  const build = new Gauge({
    name: 'kubernetes_build_info',
    help: 'What is running.',
    labelNames: ['major', 'minor', 'git_version', 'platform'],
    registers,
  });
  build.set({ major: VERSION.major, minor: VERSION.minor, git_version: VERSION.gitVersion, platform: VERSION.platform }, 1);
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const made: Gauge = new Gauge({ name, help, registers: [registry], collect: () => made.set(read()) });
}

function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
