import { expect, test } from 'vitest';
import { aCluster, aNode, aPod } from '../../../../test/support/scheduling.ts';
import type { Pod } from '../../api/generated/core-v1.ts';
import type { ApiClient } from '../../client/api-client.ts';
import { podInfo } from '../cluster/pod-info.ts';
import { describeDiagnosis } from '../framework/diagnosis.ts';
import { findNode, NodeRotation } from '../framework/find-node.ts';
import { defaultProfile } from '../profile.ts';
import { findCandidates, leastHarmful } from './candidates.ts';

const profile = defaultProfile({ defaultSelector: () => undefined, api: {} as ApiClient });
const nodes = [aNode('n1'), aNode('n2')];
const filling = (name: string, on: string, priority: number, cpu = '4') =>
  aPod(name, { on, requests: { cpu }, spec: { priority, nodeName: on } });
const urgent = (priority = 100) =>
  podInfo(
    aPod('urgent', {
      requests: { cpu: '3' },
      spec: { priority, containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '3' } } }] },
    }),
  );

function withRoomNeeded(others: Pod[], isProtected: (name: string) => boolean = () => false) {
  const cluster = aCluster(nodes, others);
  const pod = urgent();
  const decision = findNode(profile, pod, cluster, new NodeRotation());
  if (decision.node) throw new Error('it fits already');
  return findCandidates(profile, pod, cluster, decision.diagnosis, (each) => isProtected(each.pod.metadata.name ?? ''));
}

const chosen = (found: ReturnType<typeof findCandidates>) => {
  if (typeof found === 'string') return found;
  const { node, victims } = leastHarmful(found);
  return [node.name, ...victims.map(({ pod }) => pod.metadata.name)];
};

test.each([
  { name: 'the least important victim', others: [filling('a', 'n1', 50), filling('b', 'n2', 10)], expected: ['n2', 'b'] },
  {
    name: 'fewer victims',
    others: [filling('a', 'n1', 10, '2'), filling('a2', 'n1', 10, '2'), filling('b', 'n2', 10)],
    expected: ['n2', 'b'],
  },
  {
    name: 'only as many as needed',
    others: [filling('a', 'n1', 10, '1'), filling('a2', 'n1', 20, '3'), filling('b', 'n2', 200)],
    expected: ['n1', 'a2'],
  },
  {
    name: 'none of lower priority',
    others: [filling('a', 'n1', 100), filling('b', 'n2', 200)],
    expected: '0/2 nodes are available: 2 No preemption victims found for incoming pod.',
  },
])('room is made by $name', ({ others, expected }) => {
  expect(chosen(withRoomNeeded(others))).toEqual(expected);
});

test('a pod that a disruption budget protects is a last resort', () => {
  const others = [filling('guarded', 'n1', 1), filling('free', 'n2', 50)];
  expect(chosen(withRoomNeeded(others, (name) => name === 'guarded'))).toEqual(['n2', 'free']);
});

test('the whole sentence of a pod that fits nowhere', () => {
  const cluster = aCluster(
    [aNode('n1', { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] }), aNode('n2'), aNode('n3')],
    [filling('b', 'n2', 500), filling('c', 'n3', 500)],
  );
  const decision = findNode(profile, urgent(), cluster, new NodeRotation());
  if (decision.node) throw new Error('it fits');
  expect(describeDiagnosis(decision.diagnosis, 'preemption: no.')).toBe(
    '0/3 nodes are available: 1 node(s) had untolerated taint {k: v}, 2 Insufficient cpu. preemption: no.',
  );
});

test('the emptier node is chosen', () => {
  const cluster = aCluster(nodes, [aPod('q', { on: 'n1', requests: { cpu: '2', memory: '2Gi' } })]);
  const decision = findNode(profile, podInfo(aPod('p', { requests: { cpu: '1', memory: '1Gi' } })), cluster, new NodeRotation());
  expect(decision.node?.name).toBe('n2');
});
