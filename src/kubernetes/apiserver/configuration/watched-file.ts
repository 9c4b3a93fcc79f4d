import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { Coalesced } from '../../../base/coalesced.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';

const AGAIN_MS = 60_000;

export interface WatchedFileOptions {
  readonly file: string;
  /** What was read when the server started. */
  readonly text: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes a new text; what it throws is logged, and the text before stays in force. */
  apply(text: string): void | Promise<void>;
}

/** Follows a configuration file. Its directory is watched, since files are often replaced; once a minute it is read all the same. */
export function followFile({ file, text, clock, log, apply }: WatchedFileOptions): Disposable {
  let known = text;
  const owned = new DisposableStack();
  const reading = owned.use(
    new Coalesced({
      clock,
      onError: (error) => log.warn({ file, error: describeError(error) }, 'the configuration file could not be read'),
      async task() {
        const found = await readFile(file, 'utf8');
        if (found === known) return;
        known = found;
        try {
          await apply(found);
          log.info({ file }, 'the configuration file was read again');
        } catch (error) {
          log.error({ file, error: describeError(error) }, 'the configuration file has faults: the one before stays in force');
        }
      },
    }),
  );
  const watcher = watch(dirname(file), { persistent: false }, () => reading.request());
  watcher.on('error', (error) => log.warn({ file, error: describeError(error) }, 'the configuration file is not watched'));
  owned.defer(() => watcher.close());
  let timer: Disposable | undefined;
  const again = () => {
    timer = clock.after(AGAIN_MS, () => {
      reading.request();
      again();
    });
  };
  again();
  owned.defer(() => timer?.[Symbol.dispose]());
  return owned;
}
