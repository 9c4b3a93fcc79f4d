import { spawn } from 'node:child_process';
import { Printed } from './process.ts';

/** A screen of its own for a desktop program; Xvfb says which number it chose. */
export async function withScreen(work: (display: string) => Promise<void>): Promise<void> {
  const screen = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [, number] = await new Printed(screen).waitFor(/^(\d+)\n/);
    await work(`:${number}`);
  } finally {
    screen.kill();
  }
}
