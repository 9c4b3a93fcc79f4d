import { type ChildProcess, spawn } from 'node:child_process';
import { type Finished, finish, succeed } from './process.ts';

export interface Kubectl {
  /** Must succeed; returns standard output. */
  (...args: string[]): Promise<string>;
  try(...args: string[]): Promise<Finished>;
  apply(manifest: string, ...args: string[]): Promise<string>;
  json<T>(...args: string[]): Promise<T>;
  /** A kubectl that keeps running: watch, logs -f, port-forward, exec -it. The caller kills it. */
  start(...args: string[]): ChildProcess;
}

/** kubectl as a user with this environment types it. */
export function kubectlWith(env: NodeJS.ProcessEnv): Kubectl {
  const run = (...args: string[]) => succeed('kubectl', args, { env });
  return Object.assign(run, {
    try: (...args: string[]) => finish('kubectl', args, { env }),
    apply: (manifest: string, ...args: string[]) => succeed('kubectl', ['apply', '-f', '-', ...args], { env, input: manifest }),
    json: async <T>(...args: string[]) => JSON.parse(await run(...args, '-o', 'json')) as T,
    start: (...args: string[]) => spawn('kubectl', args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] }),
  });
}
