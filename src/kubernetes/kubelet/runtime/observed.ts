import type { ResourceRequirements } from '../../api/generated/core-v1.ts';

/** What the runtime says about a pod: plain data, newest first, times in milliseconds. */
export interface ObservedPod {
  uid: string;
  name: string;
  namespace: string;
  sandboxes: ObservedSandbox[];
  containers: ObservedContainer[];
}

export interface ObservedSandbox {
  id: string;
  attempt: number;
  ready: boolean;
  createdAt: number;
  ips: string[];
  hostNetwork: boolean;
}

export type ContainerStateName = 'created' | 'running' | 'exited' | 'unknown';

export interface ObservedContainer {
  id: string;
  sandboxId: string;
  name: string;
  state: ContainerStateName;
  restartCount: number;
  createdAt: number;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  reason: string;
  message: string;
  image: string;
  imageRef: string;
  imageId: string;
  hash: string;
  logPath: string;
  user: { uid: number; gid: number; supplementalGroups: number[] } | undefined;
  annotations: Record<string, string>;
  mounts: { containerPath: string; hostPath: string }[];
  /** What it runs with; undefined where nobody wrote it down. */
  resources?: ResourceRequirements | undefined;
}

export function emptyPod(uid: string, name: string, namespace: string): ObservedPod {
  return { uid, name, namespace, sandboxes: [], containers: [] };
}

/** The sandbox that counts: the newest. */
export function currentSandbox(pod: ObservedPod): ObservedSandbox | undefined {
  return pod.sandboxes[0];
}

/** The newest container of this name, in whatever sandbox. */
export function latestContainer(pod: ObservedPod, name: string): ObservedContainer | undefined {
  return pod.containers.find((container) => container.name === name);
}

/** The newest container of this name in the given sandbox. */
export function containerIn(pod: ObservedPod, sandboxId: string, name: string): ObservedContainer | undefined {
  return pod.containers.find((container) => container.name === name && container.sandboxId === sandboxId);
}

export function runningContainers(pod: ObservedPod): ObservedContainer[] {
  return pod.containers.filter((container) => container.state === 'running' || container.state === 'unknown');
}
