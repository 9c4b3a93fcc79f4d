import { open } from 'node:fs/promises';
import { annotations } from '../pods/labels.ts';
import type { ObservedContainer } from './observed.ts';

const MAX_MESSAGE = 4096;
const MAX_LOG_BYTES = 2048;
const MAX_LOG_LINES = 80;
const TAIL = 64 * 1024;

/** What an exited container left to say: its termination message file, else (if it asked for that) the end of its log. */
export async function terminationMessage(container: ObservedContainer): Promise<string> {
  const fromFile = await fileMessage(container);
  const wantsLog = container.annotations[annotations.terminationMessagePolicy] === 'FallbackToLogsOnError' && container.exitCode !== 0;
  const own = fromFile || !wantsLog ? fromFile : await logMessage(container.logPath);
  return own && container.message ? `${container.message}: ${own}` : own || container.message;
}

async function fileMessage(container: ObservedContainer): Promise<string> {
  const path = container.annotations[annotations.terminationMessagePath];
  const mount = path ? container.mounts.find(({ containerPath }) => containerPath === path) : undefined;
  return mount ? await readEnd(mount.hostPath, MAX_MESSAGE) : '';
}

async function logMessage(path: string): Promise<string> {
  const text = await readEnd(path, TAIL);
  const lines = text.split('\n').filter(Boolean).slice(-MAX_LOG_LINES).map(contentOf);
  return lines.join('').slice(-MAX_LOG_BYTES);
}

/** `<time> <stream> <tags> <content>`; a partial line has no line break of its own. */
function contentOf(line: string): string {
  const [, , tags, ...content] = line.split(' ');
  return content.join(' ') + (tags?.startsWith('P') ? '' : '\n');
}

async function readEnd(path: string, bytes: number): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, bytes));
    await file.read(buffer, 0, buffer.length, Math.max(0, size - bytes));
    return buffer.toString('utf8');
  } catch {
    return ''; // The file went with the container.
  }
}
