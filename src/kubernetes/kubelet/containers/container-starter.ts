import { mkdir, readFile, symlink, unlink } from 'node:fs/promises';
import type { Secret } from '../../api/generated/core-v1.ts';
import { configMaps, secrets } from '../../api/resources.ts';
import type { Init } from '../cri/codec.ts';
import type { Image, PodSandboxConfig } from '../cri/runtime-v1.ts';
import { goDuration } from '../duration.ts';
import type { Start } from '../pods/plan.ts';
import type { BoundPod } from '../pods/pod.ts';
import { describePod } from '../pods/pod.ts';
import type { ObservedPod, ObservedSandbox } from '../runtime/observed.ts';
import { latestContainer } from '../runtime/observed.ts';
import type { PodServices } from '../services.ts';
import { containerMounts } from '../volumes/container-mounts.ts';
import type { MountableVolume } from '../volumes/plugin.ts';
import type { PodVolumes } from '../volumes/volume-manager.ts';
import { containerConfigOf } from './container-config.ts';
import type { EnvSources } from './env.ts';
import { environmentOf } from './env.ts';
import { ContainerConfigError, StartError } from './errors.ts';
import type { PodFacts } from './fields.ts';
import { runHook } from './hooks.ts';

/** One pod's circumstances while its containers are started. */
export interface StartContext {
  pod: BoundPod;
  observed: ObservedPod;
  sandbox: ObservedSandbox;
  sandboxConfig: Init<PodSandboxConfig>;
  volumes: PodVolumes;
  facts: PodFacts;
  podDirectory: string;
  signal: AbortSignal;
}

/** Starts containers: back-off, image, configuration, create, start, hook. Failures are {@link StartError}s. */
export class ContainerStarter {
  readonly #services: PodServices;

  constructor(services: PodServices) {
    this.#services = services;
  }

  /** Returns the id of the running container. */
  async start(context: StartContext, start: Start): Promise<string> {
    this.#checkCrashes(context, start);
    try {
      const [image, volumes] = await Promise.all([this.#image(context, start), this.#withImages(context, start)]);
      const id = await this.#create({ ...context, volumes }, start, image);
      await this.#run(context, start, id);
      await this.#postStart(context, start, id);
      return id;
    } catch (error) {
      context.signal.throwIfAborted();
      throw this.#told(context, start, error);
    }
  }

  crashKey(pod: BoundPod, name: string): string {
    return `${pod.metadata.uid}/${name}`;
  }

  #checkCrashes({ pod, observed }: StartContext, { spec }: Start): void {
    const { crashes, events } = this.#services;
    const { name } = spec.container;
    const last = latestContainer(observed, name);
    if (last?.state !== 'exited') return;
    const key = this.crashKey(pod, name);
    if (crashes.remaining(key, last.finishedAt) > 0) {
      events.warning(pod, 'BackOff', `Back-off restarting failed container ${name} in pod ${describePod(pod)}`, spec);
      throw new StartError(
        'CrashLoopBackOff',
        `back-off ${goDuration(crashes.delay(key))} restarting failed container=${name} pod=${describePod(pod)}`,
      );
    }
    crashes.next(key, last.finishedAt);
  }

  /** Events for failures that nobody has told yet; the image manager tells its own. */
  #told({ pod }: StartContext, { spec }: Start, error: unknown): StartError {
    const failure = error instanceof StartError ? error : new StartError('CreateContainerError', messageOf(error), error);
    const shown = failure.reason.startsWith('ErrImage') || failure.reason === 'ImagePullBackOff' ? failure.reason : failure.message;
    const { events } = this.#services;
    if (failure.reason === 'ImagePullBackOff') events.normal(pod, 'Failed', `Error: ${shown}`, spec);
    else if (failure.reason !== 'PostStartHookError') events.warning(pod, 'Failed', `Error: ${shown}`, spec);
    return failure;
  }

  async #image({ pod, signal }: StartContext, { spec }: Start): Promise<Image> {
    const { container } = spec;
    return await this.#services.images.ensure({
      pod,
      container: spec,
      image: container.image ?? '',
      policy: container.imagePullPolicy,
      pullSecrets: () => this.#pullSecrets(pod),
      signal,
    });
  }

  /** The pod's volumes; those that are images this container mounts are on the node, and named as the runtime knows them. */
  async #withImages({ pod, volumes, signal }: StartContext, { spec }: Start): Promise<PodVolumes> {
    const mounted = new Set(spec.container.volumeMounts?.map(({ name }) => name));
    const images = pod.spec.volumes?.filter(({ name, image }) => image?.reference && mounted.has(name)) ?? [];
    if (images.length === 0) return volumes;
    const known = await Promise.all(
      images.map(async ({ name, image }): Promise<[string, MountableVolume]> => {
        const { reference = '', pullPolicy: policy } = image ?? {};
        const { id } = await this.#services.images.ensure({
          pod,
          image: reference,
          policy,
          pullSecrets: () => this.#pullSecrets(pod),
          signal,
        });
        return [name, { ...volumes.get(name), image: id }];
      }),
    );
    return new Map([...volumes, ...known]);
  }

  async #pullSecrets(pod: BoundPod): Promise<Secret[]> {
    const names = (pod.spec.imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : []));
    const found = await Promise.all(
      names.map((name) => this.#services.objects.get(pod.metadata.uid, secrets, pod.metadata.namespace, name)),
    );
    return found.filter((secret) => secret !== undefined);
  }

  async #create(context: StartContext, start: Start, image: Image): Promise<string> {
    const { cri } = this.#services;
    const { pod, sandbox, sandboxConfig } = context;
    await this.#removeLeftover(context, start);
    const config = await this.#config(context, start, image).catch((error: unknown) => {
      throw error instanceof StartError ? error : new ContainerConfigError(messageOf(error), error);
    });
    const { containerId } = await cri
      .call('CreateContainer', { podSandboxId: sandbox.id, config, sandboxConfig })
      .catch((error: unknown) => {
        throw new StartError('CreateContainerError', messageOf(error), error);
      });
    this.#services.events.normal(pod, 'Created', 'Container created', start.spec);
    return containerId;
  }

  async #config(context: StartContext, { spec, restartCount }: Start, image: Image) {
    const { node, options } = this.#services;
    const { pod, observed, volumes, podDirectory } = context;
    const env = await environmentOf(pod, spec.container, await this.#envSources(context));
    const mounts = await containerMounts({ pod, container: spec.container, volumes, env, podDirectory });
    const targetId = spec.target ? latestContainer(observed, spec.target)?.id : undefined;
    return containerConfigOf({
      pod,
      spec,
      restartCount,
      image,
      imageRef: image.id,
      env,
      mounts,
      targetId,
      memoryCapacity: node.memoryCapacity,
      seccompRoot: `${options.rootDirectory}/seccomp`,
    });
  }

  async #envSources({ pod, facts, volumes }: StartContext): Promise<EnvSources> {
    const { objects } = this.#services;
    const services = await this.#services.services();
    return {
      facts,
      services: () => services,
      configMap: (namespace, name) => objects.get(pod.metadata.uid, configMaps, namespace, name),
      secret: (namespace, name) => objects.get(pod.metadata.uid, secrets, namespace, name),
      fileValue: (volume, path, key) => readKey(`${volumes.get(volume)?.path}/${path}`, key),
    };
  }

  /** A container that was created but never started has the name that the new one needs. */
  async #removeLeftover({ observed }: StartContext, { spec }: Start): Promise<void> {
    const last = latestContainer(observed, spec.container.name);
    if (last?.state !== 'created') return;
    await this.#services.cri.call('RemoveContainer', { containerId: last.id });
    this.#services.observer.forget(last.id);
  }

  async #run({ pod }: StartContext, { spec, restartCount }: Start, containerId: string): Promise<void> {
    const { cri, events } = this.#services;
    await cri.call('StartContainer', { containerId }).catch((error: unknown) => {
      throw new StartError('RunContainerError', messageOf(error), error);
    });
    events.normal(pod, 'Started', 'Container started', spec);
    await this.#linkLog(pod, spec.container.name, restartCount, containerId);
  }

  /** `/var/log/containers/<pod>_<namespace>_<container>-<id>.log`, where log collectors look. */
  async #linkLog(pod: BoundPod, name: string, restartCount: number, containerId: string): Promise<void> {
    const { containerLogsDirectory, podLogsDirectory } = this.#services.options;
    const { namespace, name: podName, uid } = pod.metadata;
    const link = `${containerLogsDirectory}/${podName}_${namespace}_${name}-${containerId}.log`;
    await mkdir(containerLogsDirectory, { recursive: true });
    await unlink(link).catch(() => {});
    await symlink(`${podLogsDirectory}/${namespace}_${podName}_${uid}/${name}/${restartCount}.log`, link).catch(() => {});
  }

  async #postStart({ pod, sandbox, facts, signal }: StartContext, { spec }: Start, containerId: string): Promise<void> {
    const handler = spec.container.lifecycle?.postStart;
    if (!handler) return;
    const { cri, clock, events } = this.#services;
    const podIP = facts.podIPs[0] ?? sandbox.ips[0] ?? '';
    try {
      await runHook(cri, clock, { handler, container: spec.container, containerId, podIP, signal });
    } catch (error) {
      signal.throwIfAborted();
      events.warning(pod, 'FailedPostStartHook', 'PostStartHook failed', spec);
      events.normal(pod, 'Killing', 'FailedPostStartHook', spec);
      await cri.call(
        'StopContainer',
        { containerId, timeout: pod.spec.terminationGracePeriodSeconds ?? 30 },
        { timeout: Number.POSITIVE_INFINITY },
      );
      throw new StartError('PostStartHookError', 'PostStartHook failed', error);
    }
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** One `KEY=value` line of a file that a container wrote. */
async function readKey(path: string, key: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${key}=`));
  return line?.slice(key.length + 1).replace(/^(["'])(.*)\1$/, '$2');
}
