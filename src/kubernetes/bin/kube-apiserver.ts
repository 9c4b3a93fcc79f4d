import { mkdir } from 'node:fs/promises';
import pino from 'pino';
import { systemClock } from '../../base/clock.ts';
import { definitions } from '../api/registry.ts';
import { ApiServer } from '../apiserver/api-server.ts';
import { parseFlags } from '../apiserver/flags.ts';
import { loadConfig } from '../apiserver/load-config.ts';
import { SqliteStorage } from '../storage/sqlite/sqlite-storage.ts';
import { isStorageWorker, runStorageWorker } from '../storage/sqlite/worker.ts';

/** Runs an API server until `signal` aborts. `--data-dir D --port P` alone starts one that needs nothing else. */
export async function run(args: string[], signal: AbortSignal): Promise<void> {
  const config = await loadConfig(parseFlags(args));
  const log = pino({ name: 'kube-apiserver' }, pino.destination(2));
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

if (isStorageWorker()) runStorageWorker();
else if (import.meta.main) {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  await run(process.argv.slice(2), stop.signal);
}
