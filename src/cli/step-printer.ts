import type { ProvisionStep } from '../ipc/cluster.ts';

const seconds = (milliseconds = 0) => `${(milliseconds / 1000).toFixed(1)} s`;

/**
 * Prints the steps of an operation: in a terminal the running step on a line that is redrawn, elsewhere one line a
 * finished step, so that logs stay readable.
 */
export function stepPrinter(output: NodeJS.WriteStream): (step: ProvisionStep) => void {
  const redraw = output.isTTY ? (text: string) => output.write(`\r\x1b[2K${text}`) : () => true;
  return ({ state, title, detail, durationMs, logFile }) => {
    if (state === 'running') redraw(`  … ${title}${detail ? ` (${detail})` : ''}`);
    if (state === 'done') {
      redraw('');
      output.write(`  ✓ ${title} ${seconds(durationMs)}\n`);
    }
    if (state === 'failed') {
      redraw('');
      output.write(logFile ? `    Logs of the nodes: ${logFile}\n` : `  ✗ ${title} ${seconds(durationMs)}: ${detail ?? ''}\n`);
    }
  };
}
