import type { Node } from '../../kubernetes/api/generated/core-v1.ts';
import { nodes } from '../../kubernetes/api/resources.ts';
import type { ApiClient } from '../../kubernetes/client/api-client.ts';
import type { CreateContext } from './create-context.ts';
import type { Step } from './step.ts';
import { waitForObjects, within } from './wait.ts';

const LIMIT_SECONDS = 120;
const CONTROL_PLANE_LABELS = { 'node-role.kubernetes.io/control-plane': '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' };

const isReady = (node: Node) => node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** Waits until every one of `names` is a Ready node. */
export async function waitForNodes(
  api: ApiClient,
  names: readonly string[],
  progress: (detail: string) => void,
  outer: AbortSignal,
): Promise<void> {
  let missing = [...names];
  await within(
    LIMIT_SECONDS,
    () => `Not all nodes were Ready (missing: ${missing.join(', ')})`,
    outer,
    (signal) =>
      waitForObjects(
        api,
        nodes,
        {},
        (found) => {
          const ready = new Set(found.filter(isReady).map((node) => node.metadata.name));
          missing = names.filter((name) => !ready.has(name));
          progress(`${names.length - missing.length} of ${names.length} Ready`);
          return missing.length === 0;
        },
        signal,
      ),
  );
}

/** A kubelet may not give its own node a role, so the one who makes the cluster does, as kubeadm does. */
export const joinStep: Step<CreateContext> = {
  name: 'join',
  title: 'Joining the nodes',
  async run({ api, nodes: plans, signal }, progress) {
    const names = plans.map(({ name }) => name);
    await waitForNodes(api(), names, progress, signal);
    const controlPlanes = plans.filter(({ role }) => role === 'control-plane');
    const labelled = { metadata: { labels: CONTROL_PLANE_LABELS } };
    await Promise.all(
      controlPlanes.map(({ name }) => api().patch(nodes, { name }, labelled, { type: 'merge', fieldManager: 'slipway' }, signal)),
    );
  },
};
