import { spawn, spawnSync } from 'node:child_process';

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Shows the child's output; without it the output is only in the error. */
  show?: boolean;
  signal?: AbortSignal;
}

/** Runs a program to its end; throws with the end of its output when it fails. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.signal ? { signal: options.signal } : {}),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk;
      if (options.show) process.stdout.write(chunk);
    });
  }
  child.on('error', reject);
  child.on('close', (code, signal) => {
    if (code === 0) resolve(output);
    else
      reject(
        new Error(`${command} ${args[0] ?? ''} failed (${signal ?? `exit ${code}`})${options.show ? '' : `:\n${output.slice(-2000)}`}`),
      );
  });
  return promise;
}

/** Whether a program answers at all. */
export function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
