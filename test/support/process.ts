import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, whatever its exit code. */
export function finish(
  command: string,
  args: readonly string[],
  { input, env }: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
    if (input !== undefined) child.stdin?.end(input);
  });
}

/** Runs a program that must succeed; returns what it printed. */
export async function succeed(
  command: string,
  args: readonly string[],
  options: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { code, stdout, stderr } = await finish(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: exit ${code}\n${stderr || stdout}`);
  return stdout;
}

/** Tries until `attempt` does not throw, at most `seconds`; then throws what it last threw. */
export async function eventually<T>(attempt: () => Promise<T>, seconds = 60): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(250);
    }
  }
}

/** Everything a running program prints, to wait for parts of it in any order. */
export class Printed {
  #text = '';
  readonly #waiting = new Set<() => void>();

  constructor(child: ChildProcess) {
    const take = (chunk: Buffer) => {
      this.#text += chunk;
      for (const look of this.#waiting) look();
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
  }

  /** Resolves with the match once it is there; rejects with all that was printed when it does not come. */
  waitFor(pattern: RegExp, seconds = 30): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(this.#text);
        if (!match) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(match);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`not printed within ${seconds} s: ${pattern}\n${this.#text}`));
      }, seconds * 1000);
      this.#waiting.add(look);
      look();
    });
  }
}
