import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { leases } from '../../kubernetes/api/resources.ts';
import type { ApiClient } from '../../kubernetes/client/api-client.ts';
import type { MachineProvider } from '../provider.ts';
import { waitForDns } from './add-ons.ts';
import { waitForApiServer } from './control-plane.ts';
import type { Step } from './step.ts';
import { waitForObjects, within } from './wait.ts';

const LIMIT_SECONDS = 120;

/** What the steps of starting, stopping and deleting share. */
export interface LifecycleContext {
  cluster: string;
  nodeNames: readonly string[];
  provider: MachineProvider;
  signal: AbortSignal;
  api(): ApiClient;
}

/** When an operation began, by the clock its nodes share. Leases renewed later prove a kubelet of this start. */
async function waitForKubelets(
  { api, nodeNames, signal: outer }: LifecycleContext,
  startedAt: number,
  progress: (detail: string) => void,
): Promise<void> {
  let missing: string[] = [...nodeNames];
  await within(
    LIMIT_SECONDS,
    () => `Not all nodes came back (missing: ${missing.join(', ')})`,
    outer,
    (signal) =>
      waitForObjects(
        api(),
        leases,
        { namespace: 'kube-node-lease' },
        (found) => {
          const renewed = new Set(
            found.filter(({ spec }) => Date.parse(spec?.renewTime ?? '') >= startedAt).map(({ metadata }) => metadata.name),
          );
          missing = nodeNames.filter((name) => !renewed.has(name));
          progress(`${nodeNames.length - missing.length} of ${nodeNames.length}`);
          return missing.length === 0;
        },
        signal,
      ),
  );
}

/** Starts what was stopped and waits until it works. */
export function startSteps(): readonly Step<LifecycleContext>[] {
  const startedAt = Date.now();
  return [
    {
      name: 'nodes',
      title: 'Starting the nodes',
      async run({ provider, cluster, nodeNames, signal }) {
        await Promise.all(nodeNames.map((name) => provider.startMachine(cluster, name, signal)));
      },
    },
    { name: 'control-plane', title: 'Starting the control plane', run: (context) => waitForApiServer(context.api(), context.signal) },
    { name: 'join', title: 'Joining the nodes', run: (context, progress) => waitForKubelets(context, startedAt, progress) },
    {
      name: 'dns',
      title: 'Waiting for DNS',
      run: ({ api, signal }) => waitForDns(api(), true, signal),
    },
  ];
}

/** Workers first, so that their last words still reach an API server. */
export const stopSteps: readonly Step<LifecycleContext>[] = [
  {
    name: 'workers',
    title: 'Stopping the workers',
    async run({ provider, cluster, nodeNames, signal }) {
      await Promise.all(nodeNames.slice(1).map((name) => provider.stopMachine(cluster, name, signal)));
    },
  },
  {
    name: 'control-plane',
    title: 'Stopping the control plane',
    async run({ provider, cluster, nodeNames, signal }) {
      const [controlPlane] = nodeNames;
      if (controlPlane) await provider.stopMachine(cluster, controlPlane, signal);
    },
  },
];

export interface LoadImageContext extends LifecycleContext {
  /** The archive on this computer's disk. */
  archive: string;
}

async function importInto(nodeName: string, { provider, cluster, archive, signal }: LoadImageContext): Promise<void> {
  const stdin: Readable = createReadStream(archive, { signal });
  const { exitCode, stderr } = await provider.exec(cluster, nodeName, ['ctr', '-n', 'k8s.io', 'images', 'import', '--local', '-'], {
    stdin,
    signal,
  });
  if (exitCode !== 0) throw new Error(`node ${nodeName} could not import the image: ${stderr.trim().split('\n').at(-1)}`);
}

export const loadImageSteps: readonly Step<LoadImageContext>[] = [
  {
    name: 'import',
    title: 'Importing the image into every node',
    async run(context, progress) {
      let done = 0;
      await Promise.all(
        context.nodeNames.map(async (name) => {
          await importInto(name, context);
          progress(`${++done} of ${context.nodeNames.length}`);
        }),
      );
    },
  },
];
