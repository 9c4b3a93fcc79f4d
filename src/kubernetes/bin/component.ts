import { pino } from 'pino';
import { describeError, isAbort } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';

/** What a component gets from its process. */
export interface ComponentContext {
  /** Command line after the component's name. */
  args: readonly string[];
  log: Log;
  /** Aborts on SIGTERM and SIGINT. */
  signal: AbortSignal;
}

/** Runs until the signal aborts; throws what it cannot recover from. Every file in bin exports one as `run`. */
export type Component = (context: ComponentContext) => Promise<void>;

/** Runs a component as this process, to its end. The second signal does not wait. */
export async function runAsProcess(name: string, component: Component, args: readonly string[]): Promise<never> {
  const log: Log = pino(
    { base: undefined, name, level: process.env.SLIPWAY_LOG_LEVEL ?? 'info', timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 1, sync: true }),
  );
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(130);
      stop.abort(new DOMException(`received ${signal}`, 'AbortError'));
    });
  }
  try {
    await component({ args, log, signal: stop.signal });
  } catch (error) {
    if (!(stop.signal.aborted && isAbort(error))) {
      log.error({ err: error }, `stopped: ${describeError(error)}`);
      process.exit(1);
    }
  }
  process.exit(0);
}
