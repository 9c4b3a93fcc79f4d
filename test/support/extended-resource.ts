import type { TestContext } from 'vitest';
import { expect } from 'vitest';
import type { ApiSpace } from './api-behaviour.ts';
import type { Anything } from './cluster-api.ts';
import { uniqueSuffix } from './conformance-cluster.ts';
import { eventually } from './process.ts';

/** The nodes a pod without tolerations may go to. */
export async function schedulableNodes({ get }: ApiSpace): Promise<Anything[]> {
  const keepsOut = ({ effect }: Anything) => effect === 'NoSchedule' || effect === 'NoExecute';
  return (await get('/api/v1/nodes')).items.filter(({ spec }: Anything) => !spec.unschedulable && !spec.taints?.some(keepsOut));
}

/** A resource of the test's own on these nodes until the test is over: tests beside each other do not compete for it. */
export async function extendedResource(space: ApiSpace, context: TestContext, nodes: string[], amount: number): Promise<string> {
  const name = `example.com/r${uniqueSuffix()}`;
  const path = `/status/capacity/${name.replace('/', '~1')}`;
  const patch = (node: string, operation: object) => space.patch('json', `/api/v1/nodes/${node}/status`, [operation]);
  context.onTestFinished(async () => {
    for (const node of nodes) await patch(node, { op: 'remove', path }).catch(() => {});
  });
  for (const node of nodes) {
    await patch(node, { op: 'add', path, value: String(amount) });
    // What may be used of it follows from what there is; the node says so itself.
    await eventually(async () => expect((await space.get(`/api/v1/nodes/${node}`)).status.allocatable).toHaveProperty([name]), 30);
  }
  return name;
}

/** The resources of a container that uses so much of it. */
export const using = (name: string, amount: number) => ({
  requests: { [name]: String(amount) },
  limits: { [name]: String(amount) },
});
