import { watch } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { LogFormatter } from './log-formatter.ts';
import type { LogOptions } from './log-options.ts';
import { tailOffset } from './tail-offset.ts';

const CHUNK = 64 * 1024;
/** Events may get lost (a file system without inotify): the file is looked at this often at least. */
const SAFETY_NET = 5_000;

export interface LogSource {
  path: string;
  /** Resolves when the container has ended; its log is complete then. */
  ended: Promise<unknown>;
}

/** The log of a container as the client wants it; with `follow` until the container ends or `signal` aborts. */
export async function* readLog({ path, ended }: LogSource, options: LogOptions, signal: AbortSignal): AsyncGenerator<Buffer> {
  const formatter = new LogFormatter(options);
  let file = await open(path, 'r');
  try {
    let position = options.tailLines === undefined ? 0 : await tailOffset(file, options.tailLines);
    using changes = options.follow ? new Changes(path, ended, signal) : undefined;
    while (!signal.aborted && !formatter.isFull) {
      const over = changes?.isOver ?? true; // Asked before reading, so that what came just before the end is read.
      for await (const chunk of readFrom(file, position)) {
        position += chunk.length;
        const text = formatter.format(chunk);
        if (text.length > 0) yield text;
        if (formatter.isFull) return;
      }
      const next = await rotated(file, path);
      if (next) {
        for await (const chunk of readFrom(file, position)) yield formatter.format(chunk);
        await file.close();
        file = next;
        position = 0;
      } else if (over) return;
      else await changes?.next();
    }
  } finally {
    await file.close();
  }
}

async function* readFrom(file: FileHandle, start: number): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let position = start; ; ) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The file that has taken the place of `file` at `path`. */
async function rotated(file: FileHandle, path: string): Promise<FileHandle | undefined> {
  const [present, opened] = await Promise.all([stat(path).catch(() => undefined), file.stat()]);
  if (!present || present.ino === opened.ino) return undefined;
  return await open(path, 'r').catch(() => undefined);
}

/** Wakes a follower when the file grows or is replaced and when the container ends. */
class Changes implements Disposable {
  readonly #close: () => void;
  #changed = false;
  #over = false;
  #wake: (() => void) | undefined;

  constructor(path: string, ended: Promise<unknown>, signal: AbortSignal) {
    const name = basename(path);
    const watcher = watch(dirname(path), (_, changed) => {
      if (changed === name) this.#notify();
    });
    watcher.on('error', () => this.#notify());
    const timer = setInterval(() => this.#notify(), SAFETY_NET);
    const onAbort = () => this.#notify();
    signal.addEventListener('abort', onAbort);
    const onEnd = () => {
      this.#over = true;
      this.#notify();
    };
    ended.then(onEnd, onEnd);
    this.#close = () => {
      watcher.close();
      clearInterval(timer);
      signal.removeEventListener('abort', onAbort);
    };
  }

  get isOver(): boolean {
    return this.#over;
  }

  async next(): Promise<void> {
    if (!this.#changed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#changed = false;
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #notify(): void {
    this.#changed = true;
    this.#wake?.();
    this.#wake = undefined;
  }
}
