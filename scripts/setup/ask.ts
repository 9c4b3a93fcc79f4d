import { createInterface } from 'node:readline/promises';

/** Asks a yes/no question in a terminal. `--yes`, CI=true and a run without a terminal, where nobody could answer, mean yes. */
export async function confirm(question: string, args: readonly string[]): Promise<boolean> {
  if (args.includes('--yes') || process.env.CI === 'true' || !process.stdin.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await terminal.question(`${question} [Y/n] `);
    return !/^n/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
