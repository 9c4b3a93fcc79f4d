import { spawn } from 'node:child_process';

/** Runs a program of the node with `input` on its standard input; resolves with what it prints. */
export function runProgram(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${command} failed (${signal ?? `exit ${code}`}): ${errors.slice(0, 2000).trim()}`));
    });
    // A program that ends before it has read everything says why in its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Loads nftables commands as one transaction: all of it or nothing. */
export async function loadRules(commands: string): Promise<void> {
  await runProgram('nft', ['-f', '-'], commands);
}

/** Runs `conntrack -D`, which fails when there was nothing to delete; that is as good. */
export async function forgetFlows(args: readonly string[]): Promise<void> {
  await runProgram('conntrack', args).catch((error: Error) => {
    if (!error.message.includes('0 flow entries')) throw error;
  });
}
