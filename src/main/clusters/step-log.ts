import { open } from 'node:fs/promises';
import type { ProvisionStep } from '../../ipc/cluster.ts';
import { RemoteError } from '../../ipc/errors.ts';

const TAIL = 256 * 1024;

/**
 * The end of the log a failed step named. Only files that a step of this process named are read: a window cannot
 * ask for any other.
 */
export async function readStepLog(steps: readonly ProvisionStep[], name: string): Promise<string> {
  const file = steps.find((step) => step.step === name)?.logFile;
  if (!file) throw new RemoteError('This step kept no log', 'BadInput');
  const handle = await open(file).catch((cause: unknown) => {
    throw new Error(`The log ${file} cannot be read`, { cause });
  });
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - TAIL);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size - start), position: start });
    return buffer.subarray(0, bytesRead).toString('utf8');
  } finally {
    await handle.close();
  }
}
