import { rm } from 'node:fs/promises';
import { isNotFoundCri } from '../cri/cri-client.ts';
import type { ObservedContainer, ObservedPod } from '../runtime/observed.ts';
import type { PodServices } from '../services.ts';
import type { PodSandboxes } from './pod-sandbox.ts';

/** The newest container of a name and the one before it, for `--previous`. */
const KEPT = 2;

/** Removes dead containers that nobody can ask for any more, and sandboxes that are empty and outdated. */
export async function pruneContainers(services: PodServices, sandboxes: PodSandboxes, observed: ObservedPod): Promise<void> {
  const names = new Set(observed.containers.map(({ name }) => name));
  const surplus = [...names].flatMap((name) => observed.containers.filter((container) => container.name === name).slice(KEPT));
  const dead = surplus.filter(({ state }) => state === 'exited' || state === 'created');
  await Promise.all(dead.map((container) => removeContainer(services, container)));
  const gone = new Set(dead.map(({ id }) => id));
  const left = observed.containers.filter(({ id }) => !gone.has(id));
  const empty = observed.sandboxes.slice(1).filter((sandbox) => !sandbox.ready && !left.some(({ sandboxId }) => sandboxId === sandbox.id));
  await Promise.all(empty.map(({ id }) => sandboxes.remove(id)));
}

async function removeContainer({ cri, observer }: PodServices, { id, logPath }: ObservedContainer): Promise<void> {
  try {
    await cri.call('RemoveContainer', { containerId: id });
  } catch (error) {
    if (!isNotFoundCri(error)) throw error;
  }
  observer.forget(id);
  if (logPath) await rm(logPath, { force: true });
}
