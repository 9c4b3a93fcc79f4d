import { mkdir } from 'node:fs/promises';
import { runtimeClasses } from '../../api/resources.ts';
import type { Init } from '../cri/codec.ts';
import { criErrorText, isNotFoundCri } from '../cri/cri-client.ts';
import type { PodSandboxConfig } from '../cri/runtime-v1.ts';
import type { ObservedPod } from '../runtime/observed.ts';
import type { PodServices } from '../services.ts';
import { readResolvConf } from './dns.ts';
import type { BoundPod } from './pod.ts';
import { podLogDirectory, sandboxConfigOf } from './sandbox-config.ts';

const SANDBOX_TIMEOUT = 4 * 60_000;

/** The sandbox could not be made; the pod stays pending and it is tried again. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

/** Makes, stops and removes the sandboxes of pods. */
export class PodSandboxes {
  readonly #services: PodServices;

  constructor(services: PodServices) {
    this.#services = services;
  }

  configOf(pod: BoundPod, attempt: number): Init<PodSandboxConfig> {
    const { clusterDNS, clusterDomain, resolvConf, podLogsDirectory } = this.#services.options;
    return sandboxConfigOf(pod, attempt, { clusterDNS, clusterDomain, host: readResolvConf(resolvConf) }, podLogsDirectory);
  }

  async create(pod: BoundPod, attempt: number, signal: AbortSignal): Promise<void> {
    const { cri, events, options, cgroups, sandboxSlots } = this.#services;
    try {
      cgroups.create(pod);
      await mkdir(podLogDirectory(options.podLogsDirectory, pod), { recursive: true, mode: 0o755 });
      const runtimeHandler = await this.#handlerOf(pod, signal);
      const config = this.configOf(pod, attempt);
      await sandboxSlots.run(() => cri.call('RunPodSandbox', { config, runtimeHandler }, { signal, timeout: SANDBOX_TIMEOUT }));
    } catch (error) {
      signal.throwIfAborted();
      const message = `Failed to create pod sandbox: ${criErrorText(error)}`;
      events.warning(pod, 'FailedCreatePodSandBox', message);
      throw new SandboxError(message, { cause: error });
    }
  }

  async #handlerOf(pod: BoundPod, signal: AbortSignal): Promise<string> {
    const { api, options } = this.#services;
    const name = pod.spec.runtimeClassName;
    if (!name) return options.defaultRuntimeHandler;
    return (await api.get(runtimeClasses, { name }, signal)).handler;
  }

  /** Stops every sandbox of the pod: its network goes, and whatever still runs in it. */
  async stopAll(observed: ObservedPod): Promise<void> {
    await Promise.all(observed.sandboxes.map(({ id }) => this.#ignoringGone('StopPodSandbox', id)));
  }

  async removeAll(observed: ObservedPod): Promise<void> {
    await Promise.all(observed.sandboxes.map(({ id }) => this.remove(id)));
    for (const { id } of observed.containers) this.#services.observer.forget(id);
  }

  async remove(id: string): Promise<void> {
    await this.#ignoringGone('RemovePodSandbox', id);
    this.#services.observer.forget(id);
  }

  async #ignoringGone(method: 'StopPodSandbox' | 'RemovePodSandbox', podSandboxId: string): Promise<void> {
    try {
      await this.#services.cri.call(method, { podSandboxId });
    } catch (error) {
      if (!isNotFoundCri(error)) throw error;
    }
  }
}
