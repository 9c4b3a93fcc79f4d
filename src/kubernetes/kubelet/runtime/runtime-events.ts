import type { Clock } from '../../../base/clock.ts';
import { describeError } from '../../../base/errors.ts';
import type { Log } from '../../../base/log.ts';
import type { CriClient } from '../cri/cri-client.ts';
import { labels } from '../pods/labels.ts';

const RECONNECT = 500;

export interface RuntimeEventHandlers {
  /** Something happened to a container or the sandbox of this pod. */
  pod(uid: string): void;
  /** Events may have been missed: everything may have changed. */
  missed(): void;
}

/** Listens to the runtime until `signal` aborts, through restarts of the runtime. */
export async function watchRuntime(
  cri: CriClient,
  handlers: RuntimeEventHandlers,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const { podSandboxStatus } of cri.containerEvents(signal)) {
        const uid = podSandboxStatus?.labels[labels.podUid];
        if (uid) handlers.pod(uid);
        else handlers.missed();
      }
    } catch (error) {
      log.debug({ error: describeError(error) }, 'runtime event stream broke');
    }
    if (signal.aborted) return;
    await clock.sleep(RECONNECT, signal).catch(() => {});
    handlers.missed();
  }
}
