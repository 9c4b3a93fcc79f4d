import type { Clock } from '../../base/clock.ts';
import { describeError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { ApiClient } from './api-client.ts';
import type { DiscoveredResource } from './discovery.ts';
import { discover } from './discovery.ts';

/** A cluster's start waits for this: quick at first, and never slow. */
const RETRY = { first: 100, factor: 1.3, max: 2_000 };

/** What the server has, as soon as there is a server that says so. */
export async function waitForServer(
  api: Pick<ApiClient, 'raw'>,
  { clock, log }: { clock: Clock; log: Log },
  signal: AbortSignal,
): Promise<DiscoveredResource[]> {
  let delay = RETRY.first;
  for (let told = false; ; ) {
    try {
      return await discover(api, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!told) log.info({ error: describeError(error) }, 'waiting for the API server');
      told = true;
    }
    await clock.sleep(delay, signal);
    delay = Math.min(delay * RETRY.factor, RETRY.max);
  }
}
