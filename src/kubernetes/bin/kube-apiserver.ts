import { mkdir } from 'node:fs/promises';
import { systemClock } from '../../base/clock.ts';
import { definitions } from '../api/registry.ts';
import { ApiServer } from '../apiserver/api-server.ts';
import type { ApiServerConfig } from '../apiserver/config.ts';
import { parseFlags } from '../apiserver/flags.ts';
import { loadConfig } from '../apiserver/load-config.ts';
import { SqliteStorage } from '../storage/sqlite/sqlite-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { type ComponentContext, runAsProcess } from './component.ts';

/** Runs an API server until `signal` aborts. `--data-dir D --port P` alone starts one that needs nothing else. */
export async function run({ args, log, signal }: ComponentContext): Promise<void> {
  const config = await loadConfig(parseFlags(args));
  await mkdir(config.dataDir, { recursive: true });
  const storage = await openStorage(config);
  try {
    const server = await ApiServer.start({ config, definitions, storage, clock: systemClock, log });
    log.info({ port: server.port, address: config.bindAddress }, 'serving');
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    if (!signal.aborted) await Promise.race([stopped, server.failed]);
    await server.close();
  } finally {
    await storage.close();
  }
}

async function openStorage({ etcd, dataDir }: ApiServerConfig): Promise<Storage> {
  if (!etcd) return SqliteStorage.open(dataDir, systemClock);
  // A megabyte that a server with files of its own does without.
  const { EtcdStorage } = await import('../storage/etcd/etcd-storage.ts');
  return EtcdStorage.open({ servers: etcd.servers, ...(etcd.ca === undefined ? {} : { ca: etcd.ca }), ...etcd.client }, systemClock);
}

if (import.meta.main) await runAsProcess('kube-apiserver', run, process.argv.slice(2));
