import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../../base/errors.ts';
import type { ApiClient } from '../../kubernetes/client/api-client.ts';
import type { CreateContext } from './create-context.ts';
import type { Step } from './step.ts';
import { within } from './wait.ts';

const TRY_EVERY_MS = 50;
const LIMIT_SECONDS = 120;

/** Asks /readyz until it says ok. */
export async function waitForApiServer(api: ApiClient, signal: AbortSignal): Promise<void> {
  let last = 'no answer';
  await within(
    LIMIT_SECONDS,
    () => `The API server was not ready (${last})`,
    signal,
    async (both) => {
      for (;;) {
        try {
          await api.raw('GET', '/readyz', undefined, both);
          return;
        } catch (error) {
          last = describeError(error);
          await sleep(TRY_EVERY_MS, undefined, { signal: both });
        }
      }
    },
  );
}

export const controlPlaneStep: Step<CreateContext> = {
  name: 'control-plane',
  title: 'Starting the control plane',
  run: (context) => waitForApiServer(context.api(), context.signal),
};
