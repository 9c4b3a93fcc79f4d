import { expect } from 'vitest';
import type { Node, Pod } from '../../../src/kubernetes/api/generated/core-v1.ts';
import { uniqueSuffix } from '../../support/conformance-cluster.ts';
import { behaviour, type Space } from '../../support/conformance-space.ts';
import { eventually } from '../../support/process.ts';

const sleeping = [{ run: 'sleep 600' }];
const scheduled = ({ status }: Pod) => status?.conditions?.find(({ type }) => type === 'PodScheduled');
const workers = async (space: Space) => {
  const { items } = await space.kubectl.json<{ items: Node[] }>('get', 'nodes');
  return items.filter(({ spec }) => !spec?.taints?.some(({ effect }) => effect !== 'PreferNoSchedule'));
};

/** A resource of the test's own on one worker, so that tests beside each other do not meet. */
async function ownResource(space: Space, amount: number): Promise<{ name: string; node: string; remove(): Promise<void> }> {
  const name = `example.com/r${uniqueSuffix()}`;
  const node = (await workers(space)).at(-1)!.metadata.name!;
  const path = `/status/capacity/${name.replace('/', '~1')}`;
  const patch = (operation: object) =>
    space.kubectl('patch', 'node', node, '--subresource=status', '--type=json', '-p', JSON.stringify([operation]));
  await patch({ op: 'add', path, value: String(amount) });
  await eventually(async () => {
    const { status } = await space.kubectl.json<Node>('get', 'node', node);
    expect(status?.allocatable?.[name]).toBe(String(amount));
  });
  return { name, node, remove: async () => void (await patch({ op: 'remove', path })) };
}

const using = (resource: string, amount: number) => ({
  resources: { requests: { [resource]: String(amount) }, limits: { [resource]: String(amount) } },
});

behaviour('a pod that fits nowhere waits and says why', async (space) => {
  const { name, remove } = await ownResource(space, 2);
  try {
    await space.pod({ name: 'fits', containers: [{ run: 'sleep 600', ...using(name, 2) }] });
    await space.ready('fits');
    await space.pod({ name: 'waits', containers: [{ run: 'sleep 600', ...using(name, 1) }] });
    await space.podIs('waits', (pod) =>
      expect(scheduled(pod)).toMatchObject({
        status: 'False',
        reason: 'Unschedulable',
        message: expect.stringContaining(`Insufficient ${name}`),
      }),
    );
    await space.kubectl('delete', 'pod', 'fits', '--now');
    await space.ready('waits');
  } finally {
    await remove();
  }
});

behaviour('a pod goes where its node selector says, or waits', async (space) => {
  const [node] = (await workers(space)).slice(-1);
  const key = `example.com/${space.namespace}`;
  await space.kubectl('label', 'node', node!.metadata.name!, `${key}=42`);
  try {
    await space.pod({ name: 'matches', nodeSelector: { [key]: '42' }, containers: sleeping });
    expect((await space.ready('matches')).spec?.nodeName).toBe(node!.metadata.name);
    await space.pod({ name: 'waits', nodeSelector: { [key]: '43' }, containers: sleeping });
    await space.podIs('waits', (pod) => expect(scheduled(pod)?.message).toContain("node(s) didn't match Pod's node affinity/selector"));
  } finally {
    await space.kubectl('label', 'node', node!.metadata.name!, `${key}-`);
  }
});

behaviour('a host port on every address conflicts with one on a single address', async (space) => {
  const node = (await workers(space)).at(-1)!.metadata.labels!['kubernetes.io/hostname']!;
  const at = { nodeSelector: { 'kubernetes.io/hostname': node } };
  const ports = (hostIP: string) => [{ run: 'sleep 600', ports: [{ containerPort: 54329, hostPort: 54329, hostIP }] }];
  await space.pod({ name: 'first', ...at, containers: ports('0.0.0.0') });
  await space.ready('first');
  await space.pod({ name: 'second', ...at, containers: ports('127.0.0.1') });
  await space.podIs('second', (pod) =>
    expect(scheduled(pod)?.message).toContain("node(s) didn't have free ports for the requested pod ports"),
  );
});

behaviour('a limit range fills in and bounds what containers ask for', async (space) => {
  const limits = [
    {
      type: 'Container',
      min: { cpu: '50m', memory: '10Mi' },
      max: { cpu: '500m', memory: '500Mi' },
      default: { cpu: '300m', memory: '300Mi' },
      defaultRequest: { cpu: '100m', memory: '100Mi' },
    },
  ];
  await space.apply({ apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'limits', labels: { kind: 'test' } }, spec: { limits } });
  const made = async (resources: object) =>
    (await space.getPod(await space.pod({ containers: [{ run: 'true', resources }] }))).spec?.containers[0]?.resources;
  await eventually(async () =>
    expect(await made({})).toEqual({ requests: { cpu: '100m', memory: '100Mi' }, limits: { cpu: '300m', memory: '300Mi' } }),
  );
  expect(await made({ limits: { cpu: '200m' } })).toEqual({
    requests: { cpu: '200m', memory: '100Mi' },
    limits: { cpu: '200m', memory: '300Mi' },
  });
  await expect(made({ requests: { cpu: '10m' } })).rejects.toThrow('minimum cpu usage per Container is 50m, but request is 10m');
  await expect(made({ limits: { memory: '600Mi' } })).rejects.toThrow('maximum memory usage per Container is 500Mi, but limit is 600Mi');
  await space.kubectl(
    'patch',
    'limitrange',
    'limits',
    '--type=json',
    '-p',
    '[{"op":"replace","path":"/spec/limits/0/min/cpu","value":"5m"}]',
  );
  await eventually(async () => expect(await made({ requests: { cpu: '10m' } })).toMatchObject({ requests: { cpu: '10m' } }));
  await space.kubectl('delete', 'limitrange', '-l', 'kind=test');
});
