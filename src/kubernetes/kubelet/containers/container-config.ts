import { createHash } from 'node:crypto';
import type { Container, Signal as SignalName } from '../../api/generated/core-v1.ts';
import type { Init } from '../cri/codec.ts';
import type { ContainerConfig, Image, Mount } from '../cri/runtime-v1.ts';
import { Signal } from '../cri/runtime-v1.ts';
import { annotations, labels } from '../pods/labels.ts';
import type { BoundPod, ContainerSpec } from '../pods/pod.ts';
import { linuxResourcesOf } from '../resources/linux-resources.ts';
import { expandVariables } from './expansion.ts';
import { containerSecurityContext } from './security-context.ts';

export interface ContainerConfigInput {
  pod: BoundPod;
  spec: ContainerSpec;
  restartCount: number;
  image: Image;
  imageRef: string;
  env: ReadonlyMap<string, string>;
  mounts: Init<Mount>[];
  targetId?: string | undefined;
  memoryCapacity: number;
  seccompRoot: string;
}

/** Changes when the running container no longer is the one the pod asks for. */
export function containerHash({ name, image }: Container): string {
  return createHash('sha256')
    .update(`${name}\0${image ?? ''}`)
    .digest('hex')
    .slice(0, 8);
}

/** The container as the runtime wants it. */
export function containerConfigOf(input: ContainerConfigInput): Init<ContainerConfig> {
  const { pod, spec, restartCount, env } = input;
  const { container } = spec;
  const expand = (text: string) => expandVariables(text, (name) => env.get(name));
  return {
    metadata: { name: container.name, attempt: restartCount },
    image: { image: input.imageRef, userSpecifiedImage: container.image ?? '' },
    command: (container.command ?? []).map(expand),
    args: (container.args ?? []).map(expand),
    workingDir: container.workingDir ?? '',
    envs: [...env].map(([key, value]) => ({ key, value: Buffer.from(value) })),
    mounts: input.mounts,
    labels: containerLabels(pod, container),
    annotations: containerAnnotations(pod, container, restartCount),
    logPath: `${container.name}/${restartCount}.log`,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    stopSignal: stopSignal(container.lifecycle?.stopSignal),
    linux: {
      resources: linuxResourcesOf(pod, container, input.memoryCapacity),
      securityContext: containerSecurityContext(input),
    },
  };
}

function stopSignal(name: SignalName | undefined): Signal {
  return name && name in Signal ? Signal[name as keyof typeof Signal] : Signal.RUNTIME_DEFAULT;
}

function containerLabels(pod: BoundPod, container: Container): Record<string, string> {
  const { name, namespace, uid } = pod.metadata;
  return { [labels.podName]: name, [labels.podNamespace]: namespace, [labels.podUid]: uid, [labels.containerName]: container.name };
}

function containerAnnotations(pod: BoundPod, container: Container, restartCount: number): Record<string, string> {
  const { deletionGracePeriodSeconds } = pod.metadata;
  const { terminationGracePeriodSeconds } = pod.spec;
  return {
    [annotations.hash]: containerHash(container),
    [annotations.restartCount]: String(restartCount),
    [annotations.resources]: JSON.stringify(container.resources ?? {}),
    [annotations.terminationMessagePath]: container.terminationMessagePath ?? '',
    [annotations.terminationMessagePolicy]: container.terminationMessagePolicy ?? 'File',
    ...(terminationGracePeriodSeconds === undefined ? {} : { [annotations.gracePeriod]: String(terminationGracePeriodSeconds) }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { [annotations.deletionGracePeriod]: String(deletionGracePeriodSeconds) }),
    ...(container.lifecycle?.preStop ? { [annotations.preStop]: JSON.stringify(container.lifecycle.preStop) } : {}),
    ...(container.ports?.length ? { [annotations.ports]: JSON.stringify(container.ports) } : {}),
  };
}
