import { createInterface } from 'node:readline/promises';

/** Asks a yes/no question in a terminal; `--yes` and CI=true answer yes, no terminal answers no. */
export async function confirm(question: string, args: readonly string[]): Promise<boolean> {
  if (args.includes('--yes') || process.env.CI === 'true') return true;
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [Y/n] `);
    return !/^n/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
