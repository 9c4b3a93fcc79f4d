import { API_PORT, type NodePlan } from '../plan.ts';
import type { CreateContext } from './create-context.ts';
import { nodeFiles } from './node-files.ts';
import type { Step } from './step.ts';

async function createNode(node: NodePlan, { spec, secrets, image, provider, signal }: CreateContext): Promise<void> {
  await provider.createMachine(
    {
      cluster: spec.name,
      nodeName: node.name,
      role: node.role,
      image: image.tag,
      files: await nodeFiles(node, secrets),
      ports: node.role === 'control-plane' ? [{ host: spec.apiPort, node: API_PORT }] : [],
    },
    signal,
  );
}

/** All nodes at once: workers look for the API server until it answers. */
export const nodesStep: Step<CreateContext> = {
  name: 'nodes',
  title: 'Starting the nodes',
  async run(context, progress) {
    let started = 0;
    const outcomes = await Promise.allSettled(
      context.nodes.map(async (node) => {
        await createNode(node, context);
        started++;
        progress(`${started} of ${context.nodes.length}`);
      }),
    );
    // Only when none is still being made: clean-up after a failure must find every container.
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
  },
};
