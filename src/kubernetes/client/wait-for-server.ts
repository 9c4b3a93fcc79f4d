import type { Clock } from '../../base/clock.ts';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { ApiClient } from './api-client.ts';
import type { DiscoveredResource } from './discovery.ts';
import { discover } from './discovery.ts';
import { reconnectDelay } from './reconnect-delay.ts';

/** What the server has, as soon as there is a server that says so. */
export async function waitForServer(
  api: Pick<ApiClient, 'raw'>,
  { clock, log }: { clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<DiscoveredResource[]> {
  for (let failures = 0; ; failures++) {
    try {
      return await discover(api, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (failures === 0) log.info({ error: describeError(error) }, 'waiting for the API server');
    }
    await clock.sleep(reconnectDelay(failures), signal);
  }
}
