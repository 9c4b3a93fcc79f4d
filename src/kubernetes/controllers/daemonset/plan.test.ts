import { expect, test } from 'vitest';
import { aNode } from '../../../../test/support/scheduling.ts';
import type { DaemonSet } from '../../api/generated/apps-v1.ts';
import type { Node, Pod } from '../../api/generated/core-v1.ts';
import { nodeOf, placement, specForNode } from './placement.ts';
import type { DaemonState } from './plan.ts';
import { planPlacement, planUpdate } from './plan.ts';
import { daemonStatus } from './status.ts';

const daemonSet = (spec: Partial<DaemonSet['spec']> = {}): DaemonSet => ({
  metadata: { name: 'ds', generation: 1 },
  spec: { selector: {}, template: { spec: { containers: [], nodeSelector: { daemon: 'yes' } } }, ...spec },
});
const yes = { labels: { daemon: 'yes' } };
const nodes = [aNode('a', yes), aNode('b', yes), aNode('c', yes), aNode('other')];

/** A daemon pod on a node: of the present template (`new`) or before (`old`), ready or not. */
function daemon(
  on: string,
  revision: 'new' | 'old' = 'new',
  options: { ready?: boolean; phase?: 'Running' | 'Failed'; deleting?: boolean } = {},
): Pod {
  const { ready = true, phase = 'Running', deleting } = options;
  return {
    metadata: {
      name: `ds-${on}-${revision}`,
      labels: { 'controller-revision-hash': revision },
      creationTimestamp: '2030-01-01T00:00:00Z',
      deletionTimestamp: deleting ? '2030-01-01T00:00:09Z' : undefined,
    },
    spec: { nodeName: on, containers: [] },
    status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const state = (pods: Pod[], spec: Partial<DaemonSet['spec']> = {}, all: Node[] = nodes): DaemonState => ({
  daemonSet: daemonSet(spec),
  nodes: all,
  podsByNode: Map.groupBy(pods, nodeOf),
  hash: 'new',
  now: Date.parse('2030-01-01T00:01:00Z'),
});
const names = (pods: Pod[]) => pods.map(({ metadata }) => metadata.name);

test.each([
  { name: 'one on every node that suits', pods: [], create: ['a', 'b', 'c'], deleted: [] },
  { name: 'not where one is', pods: [daemon('a')], create: ['b', 'c'], deleted: [] },
  {
    name: 'not where one is still going',
    pods: [daemon('a', 'new', { deleting: true }), daemon('b'), daemon('c')],
    create: [],
    deleted: [],
  },
  {
    name: 'none where it does not belong',
    pods: [daemon('a'), daemon('b'), daemon('c'), daemon('other')],
    create: [],
    deleted: ['ds-other-new'],
  },
])('placement: $name', ({ pods, create, deleted }) => {
  const plan = planPlacement(state(pods));
  expect([plan.create, names(plan.delete)]).toEqual([create, deleted]);
});

test('an ended daemon is cleared away before another takes its place', () => {
  const plan = planPlacement(state([daemon('a', 'new', { phase: 'Failed' }), daemon('b'), daemon('c')]));
  expect([plan.create, names(plan.ended)]).toEqual([[], ['ds-a-new']]);
});

test.each([
  { name: 'one at a time', pods: [daemon('a', 'old'), daemon('b', 'old'), daemon('c', 'old')], spec: {}, deleted: ['ds-a-old'] },
  {
    name: 'waits for the new one',
    pods: [daemon('a', 'new', { ready: false }), daemon('b', 'old'), daemon('c', 'old')],
    spec: {},
    deleted: [],
  },
  {
    name: 'broken old ones at once',
    pods: [daemon('a', 'old', { ready: false }), daemon('b', 'old', { ready: false }), daemon('c', 'old')],
    spec: {},
    deleted: ['ds-a-old', 'ds-b-old'],
  },
  {
    name: 'as many as allowed',
    pods: [daemon('a', 'old'), daemon('b', 'old'), daemon('c', 'old')],
    spec: { updateStrategy: { rollingUpdate: { maxUnavailable: '50%' } } },
    deleted: ['ds-a-old', 'ds-b-old'],
  },
  { name: 'not by itself', pods: [daemon('a', 'old')], spec: { updateStrategy: { type: 'OnDelete' as const } }, deleted: [] },
])('update: $name', ({ pods, spec, deleted }) => {
  expect(names(planUpdate(state(pods, spec)).delete)).toEqual(deleted);
});

test('surging starts the new one beside the old one and ends that when it is ready', () => {
  const spec = { updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
  expect(planUpdate(state([daemon('a', 'old'), daemon('b', 'old'), daemon('c', 'old')], spec)).create).toEqual(['a']);
  expect(names(planPlacement(state([daemon('a', 'old'), daemon('a'), daemon('b'), daemon('c')], spec)).delete)).toEqual(['ds-a-old']);
});

test.each([
  { name: 'not ready', taint: { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' as const }, shouldRun: true, mayStay: true },
  { name: 'cordoned', taint: { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' as const }, shouldRun: true, mayStay: true },
  { name: 'reserved', taint: { key: 'reserved', effect: 'NoSchedule' as const }, shouldRun: false, mayStay: true },
  { name: 'to be emptied', taint: { key: 'drain', effect: 'NoExecute' as const }, shouldRun: false, mayStay: false },
])('on a node that is $name', ({ taint, shouldRun, mayStay }) => {
  expect(placement(daemonSet(), aNode('n', { ...yes, taints: [taint] }))).toEqual({ shouldRun, mayStay });
});

test('its pods can only run on their node', () => {
  const spec = specForNode(daemonSet(), 'a');
  expect(nodeOf({ metadata: {}, spec })).toBe('a');
});

test('status counts nodes', () => {
  const pods = [daemon('a'), daemon('b', 'old', { ready: false }), daemon('other')];
  expect(daemonStatus(state(pods), undefined)).toEqual({
    desiredNumberScheduled: 3,
    currentNumberScheduled: 2,
    numberMisscheduled: 1,
    numberReady: 1,
    numberAvailable: 1,
    numberUnavailable: 2,
    updatedNumberScheduled: 1,
    observedGeneration: 1,
  });
});
