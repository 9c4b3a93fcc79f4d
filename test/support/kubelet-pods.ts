import type { PodSpec } from '../../src/kubernetes/api/generated/core-v1.ts';
import { containerHash } from '../../src/kubernetes/kubelet/containers/container-config.ts';
import type { BoundPod } from '../../src/kubernetes/kubelet/pods/pod.ts';
import type { ObservedContainer, ObservedPod, ObservedSandbox } from '../../src/kubernetes/kubelet/runtime/observed.ts';

/** A pod for tests: what is not given is as plain as can be. */
export function podOf(spec: Partial<PodSpec> = {}, metadata: Partial<BoundPod['metadata']> = {}): BoundPod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'uid-1', ...metadata },
    spec: { containers: [{ name: 'app', image: 'app:1' }], restartPolicy: 'Always', ...spec },
  };
}

export function sandboxOf(fields: Partial<ObservedSandbox> = {}): ObservedSandbox {
  return { id: 'sandbox-0', attempt: 0, ready: true, createdAt: 0, ips: ['10.0.0.1'], hostNetwork: false, ...fields };
}

export function containerOf(name: string, fields: Partial<ObservedContainer> = {}): ObservedContainer {
  return {
    id: `${name}-0`,
    sandboxId: 'sandbox-0',
    name,
    state: 'running',
    restartCount: 0,
    createdAt: 0,
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    image: `${name}:1`,
    imageRef: 'sha256:1',
    imageId: '',
    hash: containerHash({ name, image: `${name}:1` }),
    logPath: '',
    user: undefined,
    annotations: {},
    mounts: [],
    ...fields,
  };
}

/** Containers newest first. */
export function observedOf(containers: ObservedContainer[] = [], sandboxes: ObservedSandbox[] = [sandboxOf()]): ObservedPod {
  return { uid: 'uid-1', name: 'web', namespace: 'default', sandboxes, containers };
}
