import { mkdir } from 'node:fs/promises';
import { systemClock } from '../../base/clock.ts';
import { definitions } from '../api/registry.ts';
import { ApiServer } from '../apiserver/api-server.ts';
import { parseFlags } from '../apiserver/flags.ts';
import { loadConfig } from '../apiserver/load-config.ts';
import { SqliteStorage } from '../storage/sqlite/sqlite-storage.ts';
import { type ComponentContext, runAsProcess } from './component.ts';

/** Runs an API server until `signal` aborts. `--data-dir D --port P` alone starts one that needs nothing else. */
export async function run({ args, log, signal }: ComponentContext): Promise<void> {
  const config = await loadConfig(parseFlags(args));
  await mkdir(config.dataDir, { recursive: true });
  const storage = await SqliteStorage.open(config.dataDir, systemClock);
  try {
    const server = await ApiServer.start({ config, definitions, storage, clock: systemClock, log });
    log.info({ port: server.port, address: config.bindAddress }, 'serving');
    if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await server.close();
  } finally {
    await storage.close();
  }
}

if (import.meta.main) await runAsProcess('kube-apiserver', run, process.argv.slice(2));
