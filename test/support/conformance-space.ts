import { type TestContext, test } from 'vitest';
import type { Pod } from '../../src/kubernetes/api/generated/core-v1.ts';
import { conformanceKubeconfig, IMAGE, uniqueSuffix } from './conformance-cluster.ts';
import { type Kubectl, kubectlWith } from './kubectl.ts';
import { eventually } from './process.ts';

export interface Container {
  name?: string;
  run?: string;
  [field: string]: unknown;
}

/** A pod as tests write it: shell lines instead of commands. */
export interface PodSketch {
  name?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  containers?: Container[];
  initContainers?: Container[];
  [specField: string]: unknown;
}

/** A namespace of a test's own in the cluster under test, and what tests do in it. */
export interface Space {
  namespace: string;
  kubeconfig: string;
  kubectl: Kubectl;
  apply(...manifests: object[]): Promise<void>;
  /** Creates a pod; returns its name. */
  pod(sketch: PodSketch): Promise<string>;
  getPod(name: string): Promise<Pod>;
  /** Runs a pod to its end; returns what its (first) container printed. */
  output(sketch: PodSketch): Promise<string>;
  /** Waits until the pod is as `check` expects. */
  podIs<T>(name: string, check: (pod: Pod) => T, seconds?: number): Promise<Pod>;
  ready(name: string): Promise<Pod>;
  exec(pod: string, script: string): Promise<string>;
}

const containerOf = ({ run, name = 'main', ...rest }: Container) => ({
  name,
  image: IMAGE,
  ...(run === undefined ? {} : { command: ['sh', '-c', run] }),
  ...rest,
});

/** The whole Pod a sketch stands for. */
export function podOf({ name = `pod-${uniqueSuffix()}`, labels, annotations, containers = [], initContainers, ...spec }: PodSketch) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels, annotations },
    spec: {
      terminationGracePeriodSeconds: 1,
      ...spec,
      containers: containers.map(containerOf),
      ...(initContainers ? { initContainers: initContainers.map(containerOf) } : {}),
    },
  };
}

/** The template of a workload. */
export function templateOf(sketch: PodSketch) {
  const { metadata, spec } = podOf(sketch);
  return { metadata: { labels: metadata.labels, annotations: metadata.annotations }, spec };
}

function inNamespace(kubectl: Kubectl, namespace: string): Kubectl {
  const scope = ['-n', namespace];
  return Object.assign((...args: string[]) => kubectl(...scope, ...args), {
    try: (...args: string[]) => kubectl.try(...scope, ...args),
    apply: (manifest: string, ...args: string[]) => kubectl.apply(manifest, ...scope, ...args),
    json: <T>(...args: string[]) => kubectl.json<T>(...scope, ...args),
    start: (...args: string[]) => kubectl.start(...scope, ...args),
  });
}

async function spaceIn(namespace: string): Promise<Space> {
  const kubeconfig = await conformanceKubeconfig();
  const whole = kubectlWith({ KUBECONFIG: kubeconfig });
  await whole('create', 'namespace', namespace);
  const kubectl = inNamespace(whole, namespace);
  await kubectl('wait', '--for=create', 'serviceaccount/default', '--timeout=30s');
  const getPod = (name: string) => kubectl.json<Pod>('get', 'pod', name);

  const space: Space = {
    namespace,
    kubeconfig,
    kubectl,
    getPod,
    apply: async (...manifests) => {
      await kubectl.apply(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests }));
    },
    pod: async (sketch) => {
      const pod = podOf(sketch);
      await kubectl.apply(JSON.stringify(pod));
      return pod.metadata.name;
    },
    output: async (sketch) => {
      const name = await space.pod({ restartPolicy: 'Never', ...sketch });
      const finished = ({ status }: Pod) => status?.phase === 'Succeeded' || status?.phase === 'Failed';
      const pod = await space.podIs(name, (seen) => {
        if (!finished(seen)) throw new Error(`${name} is not finished: ${JSON.stringify(seen.status)}`);
      });
      const log = await kubectl('logs', name, '-c', pod.spec!.containers[0]!.name);
      if (pod.status?.phase === 'Failed') throw new Error(`${name} failed: ${log}\n${JSON.stringify(pod.status)}`);
      return log;
    },
    podIs: (name, check, seconds = 60) =>
      eventually(async () => {
        const pod = await getPod(name);
        check(pod);
        return pod;
      }, seconds),
    ready: async (name) => {
      await kubectl('wait', `pod/${name}`, '--for=condition=Ready', '--timeout=60s');
      return await getPod(name);
    },
    exec: (pod, script) => kubectl('exec', pod, '--', 'sh', '-c', script),
  };
  return space;
}

/** A behaviour, tried in a namespace of its own beside the file's other behaviours. */
export function behaviour(name: string, body: (space: Space, context: TestContext) => Promise<void>): void {
  test.concurrent(name, async (context) => {
    const space = await spaceIn(`conf-${uniqueSuffix()}`);
    context.onTestFinished(async () => {
      await space.kubectl.try('delete', 'namespace', space.namespace, '--wait=false');
    });
    await body(space, context);
  });
}
