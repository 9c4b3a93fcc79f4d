import type { AdmissionObserver, WebhookCall } from '../observer.ts';
import { CallFailure, Rejection } from './failures.ts';

/** Does what there is to do with a webhook, and counts it by how it ended. A failure that `ignored` says is let pass counts as none. */
export async function metered<T>(
  observer: AdmissionObserver,
  call: WebhookCall,
  { ignored, signal }: { ignored: boolean; signal: AbortSignal },
  work: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  const ended = (code: number, rejected: boolean) => observer.called(call, code, rejected, performance.now() - began);
  try {
    const result = await work();
    ended(200, false);
    return result;
  } catch (error) {
    if (error instanceof CallFailure) {
      // Nobody is refused anything who has left.
      if (!ignored && !signal.aborted) observer.refused(call, 'calling_webhook_error', error.code);
      ended(error.code, !ignored);
      if (ignored) observer.failedOpen(call);
    } else {
      const code = error instanceof Rejection ? error.code : 0;
      observer.refused(call, error instanceof Rejection ? 'no_error' : 'apiserver_internal_error', code);
      ended(code, true);
    }
    throw error;
  }
}
