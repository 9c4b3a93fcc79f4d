import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../base/clock.ts';
import { logOptions } from '../logs/log-options.ts';
import { readLog } from '../logs/log-reader.ts';
import type { BoundPod } from '../pods/pod.ts';
import { findContainer } from '../pods/pod.ts';
import type { ObservedContainer, ObservedPod } from '../runtime/observed.ts';
import type { StatusManager } from '../status/status-manager.ts';
import { HttpError } from './http-error.ts';
import type { Route, ServerRequest } from './kubelet-server.ts';
import type { PodLookup } from './pod-lookup.ts';

export interface LogRouteParts {
  lookup: PodLookup;
  statuses: StatusManager;
  clock: Clock;
  /** Resolves when that container has ended. */
  containerEnded(pod: BoundPod, containerId: string, signal: AbortSignal): Promise<void>;
}

/** `/containerLogs/<namespace>/<pod>/<container>`: what a container printed. */
export function logRoute(parts: LogRouteParts): Route {
  return {
    path: '/containerLogs',
    handle: (request, response) => sendLog(parts, request, response),
  };
}

async function sendLog(
  { lookup, statuses, clock, containerEnded }: LogRouteParts,
  request: ServerRequest,
  response: ServerResponse,
): Promise<void> {
  const [namespace = '', name = '', containerName = ''] = request.segments;
  const options = optionsOf(request.url.searchParams, clock.now());
  const { pod, observed } = await lookup.pod(namespace, name);
  const container = containerFor(pod, observed, containerName, options.previous, statuses);
  const ended = container.state === 'running' ? containerEnded(pod, container.id, request.signal) : Promise.resolve();
  response.writeHead(200, { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' });
  response.flushHeaders();
  for await (const text of readLog({ path: container.logPath, ended }, options, request.signal)) {
    if (!response.write(text)) await Promise.race([once(response, 'drain'), once(request.signal, 'abort')]);
    if (request.signal.aborted) return;
  }
  response.end();
}

function optionsOf(query: URLSearchParams, now: number) {
  try {
    return logOptions(query, now);
  } catch (error) {
    throw new HttpError(400, (error as Error).message);
  }
}

function containerFor(pod: BoundPod, observed: ObservedPod, name: string, previous: boolean, statuses: StatusManager): ObservedContainer {
  if (!findContainer(pod, name)) throw new HttpError(404, `container "${name}" not found in pod "${pod.metadata.name}"`);
  const started = observed.containers.filter((container) => container.name === name && container.state !== 'created');
  const waiting = waitingReason(pod, name, statuses);
  // A container that waits to be restarted is itself the previous one of the next.
  const found = previous && (started[0]?.state === 'running' || waiting === undefined) ? started[1] : started[0];
  if (found) return found;
  if (previous) throw new HttpError(400, `previous terminated container "${name}" in pod "${pod.metadata.name}" not found`);
  throw new HttpError(
    400,
    `container "${name}" in pod "${pod.metadata.name}" is waiting to start: ${explain(waiting ?? 'ContainerCreating')}`,
  );
}

function waitingReason(pod: BoundPod, name: string, statuses: StatusManager): string | undefined {
  const status = statuses.get(pod.metadata.uid) ?? pod.status;
  const all = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  return all.find((candidate) => candidate.name === name)?.state?.waiting?.reason;
}

function explain(reason: string): string {
  if (reason === 'ErrImagePull') return "image can't be pulled";
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason;
}
