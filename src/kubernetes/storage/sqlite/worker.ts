import { parentPort, workerData } from 'node:worker_threads';
import { CompactedError, FutureRevisionError } from '../storage.ts';
import { RevisionLog } from './log.ts';
import type { PackedRows, StorageAnswer, StorageRequest } from './messages.ts';

/** Marks a worker thread as storage's: entry files that share one bundle look for it. */
export const STORAGE_ROLE = 'slipway-storage';

/** True in the thread that `SqliteStorage` starts from the process's own entry file. */
export function isStorageWorker(): boolean {
  return parentPort !== null && (workerData as { role?: string } | null)?.role === STORAGE_ROLE;
}

/** The storage thread: answers one message after the other until it is told to close. */
export function runStorageWorker(): void {
  const port = parentPort;
  if (!port) throw new Error('the storage worker runs in a worker thread');
  const log = new RevisionLog((workerData as { path: string }).path);
  port.postMessage(log.started());
  port.on('message', ({ id, ...request }: StorageRequest & { id: number }) => {
    const answer = answerOf(log, id, request);
    port.postMessage(answer, transferable(answer));
    if (request.op === 'close') port.close();
  });
}

function answerOf(log: RevisionLog, id: number, request: StorageRequest): StorageAnswer {
  try {
    return { id, ok: perform(log, request) };
  } catch (error) {
    if (error instanceof CompactedError) return { id, compacted: error.compactRevision };
    if (error instanceof FutureRevisionError) return { id, future: error.current };
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}

function perform(log: RevisionLog, request: StorageRequest): unknown {
  switch (request.op) {
    case 'write':
      return log.write(request.batch);
    case 'get':
      return log.get(request.key, request.revision);
    case 'list':
      return log.list(request.prefix, request.after, request.limit, request.revision);
    case 'changes':
      return log.changes(request.prefix, request.from, request.to);
    case 'compact':
      return log.compact(request.revision);
    case 'grantLease':
      return log.grantLease(request.expires);
    case 'expire':
      return log.expire(request.now);
    case 'close':
      return log.close();
  }
}

/** Packed values move to the other thread instead of being copied. */
function transferable(answer: StorageAnswer): ArrayBuffer[] {
  if (!('ok' in answer) || typeof answer.ok !== 'object' || answer.ok === null) return [];
  const rows = ((answer.ok as { rows?: PackedRows }).rows ?? answer.ok) as Partial<PackedRows>;
  return rows.values ? [rows.values.buffer] : [];
}
