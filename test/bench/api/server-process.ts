import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The API server as `npm run apiserver` runs it, in a process of its own; resolves when it serves. */
export function startServer(directory: string, port: number): Promise<ChildProcess> {
  const entry = fileURLToPath(new URL('../../../scripts/apiserver.ts', import.meta.url));
  const args = [entry, '--data-dir', directory, '--port', String(port), ...(process.env.BENCH_SERVER_ARGS?.split(' ') ?? [])];
  const environment = { ...process.env, NODE_OPTIONS: process.env.BENCH_NODE_ARGS ?? '' };
  const server = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: environment });
  return new Promise((resolve, reject) => {
    server.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.includes('serving')) resolve(server);
    });
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

/** Processor time of all the server's threads; unlike a rate it does not depend on what else the machine does. */
export function cpuMicroseconds(server: ChildProcess): number {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

export function rss(server: ChildProcess): string {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
  return `${Math.round(Number(kilobytes) / 1024)} MB`;
}

export function report(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(40)} ${value}\n`);
}
