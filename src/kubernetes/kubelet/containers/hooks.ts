import type { Clock } from '../../../base/clock.ts';
import type { Container, LifecycleHandler } from '../../api/generated/core-v1.ts';
import type { CriClient } from '../cri/cri-client.ts';
import { httpRequest, probeUrl } from '../probes/http-request.ts';

export interface HookRun {
  handler: LifecycleHandler;
  container: Container;
  containerId: string;
  podIP: string;
  signal: AbortSignal;
}

/** Runs one lifecycle handler; throws with the message that the event shows. */
export async function runHook(cri: CriClient, clock: Clock, { handler, container, containerId, podIP, signal }: HookRun): Promise<void> {
  if (handler.exec) await execHook(cri, containerId, handler.exec.command ?? [], signal);
  else if (handler.httpGet) await httpHook(handler.httpGet, container, podIP, signal);
  else if (handler.sleep) await clock.sleep(handler.sleep.seconds * 1000, signal);
}

async function execHook(cri: CriClient, containerId: string, cmd: string[], signal: AbortSignal): Promise<void> {
  const { exitCode, stdout, stderr } = await cri.call('ExecSync', { containerId, cmd }, { signal, timeout: Number.POSITIVE_INFINITY });
  if (exitCode === 0) return;
  const output = Buffer.concat([stdout, stderr]).toString('utf8');
  throw new Error(
    `Exec lifecycle hook (${cmd.join(' ')}) failed - error: command '${cmd.join(' ')}' exited with ${exitCode}: ${output}, message: ${JSON.stringify(output)}`,
  );
}

async function httpHook(
  action: NonNullable<LifecycleHandler['httpGet']>,
  container: Container,
  podIP: string,
  signal: AbortSignal,
): Promise<void> {
  const { status } = await httpRequest(probeUrl(action, container, podIP), action.httpHeaders ?? [], 'kube-lifecycle/1.36', signal);
  if (status >= 400)
    throw new Error(
      `HTTP lifecycle hook (${action.path ?? ''}) for Container "${container.name}" failed - error: HTTP response code ${status}`,
    );
}
