import type { BoundPod, ContainerSpec } from '../pods/pod.ts';
import { findContainer } from '../pods/pod.ts';
import type { PodManager } from '../pods/pod-manager.ts';
import type { ObservedContainer, ObservedPod } from '../runtime/observed.ts';
import { currentSandbox, latestContainer } from '../runtime/observed.ts';
import type { PodObserver } from '../runtime/pod-observer.ts';
import { HttpError } from './http-error.ts';

/** Finds what request paths name: pods and their containers. */
export class PodLookup {
  readonly #pods: PodManager;
  readonly #observer: PodObserver;

  constructor(pods: PodManager, observer: PodObserver) {
    this.#pods = pods;
    this.#observer = observer;
  }

  async pod(namespace: string, name: string): Promise<{ pod: BoundPod; observed: ObservedPod }> {
    const worker = this.#pods.find(namespace, name);
    if (!worker) throw new HttpError(404, `pod "${namespace}/${name}" not found`);
    return { pod: worker.pod, observed: await this.#observer.observe(worker.pod.metadata.uid, name, namespace) };
  }

  async runningContainer(
    namespace: string,
    name: string,
    container: string,
  ): Promise<{ pod: BoundPod; spec: ContainerSpec; running: ObservedContainer }> {
    const { pod, observed } = await this.pod(namespace, name);
    const spec = findContainer(pod, container);
    const running = latestContainer(observed, container);
    if (!spec || running?.state !== 'running') throw new HttpError(404, `container not found ("${container}")`);
    return { pod, spec, running };
  }

  async sandboxId(namespace: string, name: string): Promise<string> {
    const { observed } = await this.pod(namespace, name);
    const sandbox = currentSandbox(observed);
    if (!sandbox?.ready) throw new HttpError(404, `not found pod ("${name}_${namespace}")`);
    return sandbox.id;
  }
}
