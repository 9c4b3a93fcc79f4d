import { expect, test } from 'vitest';
import { controllersOnFakes } from '../../../../test/support/controllers.ts';
import type { Node, NodeCondition, Taint } from '../../api/generated/core-v1.ts';
import { leases, nodes, pods } from '../../api/resources.ts';
import { formatMicroTime } from '../../machinery/meta.ts';
import { nodeLifecycleController } from './controller.ts';
import { taintsFor } from './taints.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const condition = (type: string, status: string): NodeCondition => ({ type, status });
const node = (conditions: NodeCondition[], spec: Node['spec'] = {}): Node => ({ metadata: { name: 'n' }, spec, status: { conditions } });
const words = (taints: Taint[] | undefined) => taints?.map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`);

test.each([
  { name: 'ready', node: node([condition('Ready', 'True')]), taints: undefined },
  { name: 'not ready', node: node([condition('Ready', 'False')]), taints: ['not-ready:NoSchedule', 'not-ready:NoExecute'] },
  { name: 'silent', node: node([condition('Ready', 'Unknown')]), taints: ['unreachable:NoSchedule', 'unreachable:NoExecute'] },
  {
    name: 'under pressure',
    node: node([condition('Ready', 'True'), condition('DiskPressure', 'True')]),
    taints: ['disk-pressure:NoSchedule'],
  },
  { name: 'cordoned', node: node([condition('Ready', 'True')], { unschedulable: true }), taints: ['unschedulable:NoSchedule'] },
  {
    name: 'ready again, with a taint of its own',
    node: node([condition('Ready', 'True')], {
      taints: [
        { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
        { key: 'mine', effect: 'NoSchedule' },
      ],
    }),
    taints: ['mine:NoSchedule'],
  },
])('taints of a node that is $name', ({ node: each, taints }) => {
  expect(words(taintsFor(each, NOW))).toEqual(taints);
});

test('a node that falls silent becomes unknown and its pods unready; when it is back it recovers', async () => {
  await using world = controllersOnFakes(nodeLifecycleController());
  const { api, clock } = world;
  await api.create(nodes, { metadata: { name: 'n' }, spec: {}, status: { conditions: [condition('Ready', 'True')] } });
  await api.create(pods, {
    metadata: { name: 'p', namespace: 'ns' },
    spec: { nodeName: 'n', containers: [] },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  });
  const lease = { metadata: { name: 'n', namespace: 'kube-node-lease' }, spec: { renewTime: formatMicroTime(clock.now()) } };
  await api.create(leases, lease);
  const renew = () =>
    api.patch(
      leases,
      { namespace: 'kube-node-lease', name: 'n' },
      { spec: { renewTime: formatMicroTime(clock.now()) } },
      { type: 'merge' },
    );
  for (let beat = 0; beat < 12; beat++) {
    await clock.advance(10_000);
    await renew();
  }
  expect((await api.get(nodes, { name: 'n' })).spec.taints).toBeUndefined();

  await clock.advance(51_000);
  const silent = await api.get(nodes, { name: 'n' });
  expect(silent.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
  });
  expect(words(silent.spec.taints)).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
  expect((await api.get(pods, { namespace: 'ns', name: 'p' })).status?.conditions).toMatchObject([{ type: 'Ready', status: 'False' }]);

  await api.updateStatus(nodes, { ...silent, status: { conditions: [{ ...condition('Ready', 'True'), lastHeartbeatTime: 'later' }] } });
  await world.settle();
  expect((await api.get(nodes, { name: 'n' })).spec.taints).toEqual([]);
});
