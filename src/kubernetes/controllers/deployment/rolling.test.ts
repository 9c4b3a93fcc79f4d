import { expect, test } from 'vitest';
import type { Deployment, ReplicaSet } from '../../api/generated/apps-v1.ts';
import { proportionalSizes, wasScaled } from './proportional.ts';
import { nextRollingStep } from './rolling.ts';
import { freshReplicas } from './rollout.ts';

const template = { spec: { containers: [] } };
type Limits = { surge?: number | string; unavailable?: number | string };

const deployment = (replicas: number, { surge = '25%', unavailable = '25%' }: Limits = {}): Deployment => ({
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: {},
    template,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
  },
});

/** `name`, wanted and available pods; `max` as when it was last scaled. */
const set = (name: string, replicas: number, available = replicas, max?: [desired: number, maximum: number]): ReplicaSet => ({
  metadata: {
    name,
    annotations: max && {
      'deployment.kubernetes.io/desired-replicas': String(max[0]),
      'deployment.kubernetes.io/max-replicas': String(max[1]),
    },
  },
  spec: { replicas, selector: {} },
  status: { replicas, availableReplicas: available },
});

const words = (steps: { replicaSet: ReplicaSet; replicas: number }[]) =>
  Object.fromEntries(steps.map(({ replicaSet, replicas }) => [replicaSet.metadata.name, replicas]));

test.each([
  { name: 'first rollout takes all', wanted: 10, old: [], limits: {}, expected: 10 },
  { name: 'an update starts with the surge', wanted: 10, old: [set('a', 10)], limits: {}, expected: 3 },
  { name: 'no surge, no new pod yet', wanted: 4, old: [set('a', 4)], limits: { surge: 0, unavailable: 1 }, expected: 0 },
])('new replicas: $name', ({ wanted, old, limits, expected }) => {
  expect(freshReplicas({ deployment: deployment(wanted, limits), fresh: undefined, old })).toBe(expected);
});

test.each([
  { name: 'room for the new', wanted: 4, fresh: set('b', 0), old: [set('a', 4)], expected: { b: 1 } },
  { name: 'old ones give way to available new ones', wanted: 4, fresh: set('b', 1), old: [set('a', 4)], expected: { a: 2 } },
  {
    name: 'with unavailable new ones only the allowed number goes',
    wanted: 4,
    fresh: set('b', 1, 0),
    old: [set('a', 4)],
    expected: { a: 3 },
  },
  { name: 'broken old pods go first', wanted: 4, fresh: set('b', 1, 0), old: [set('broken', 2, 0), set('a', 2)], expected: { broken: 1 } },
  { name: 'nothing to spare', wanted: 4, fresh: set('b', 2, 0), old: [set('a', 3)], expected: {} },
  { name: 'too many new ones after scaling down', wanted: 2, fresh: set('b', 3), old: [], expected: { b: 2 } },
  { name: 'finished', wanted: 4, fresh: set('b', 4), old: [set('a', 0)], expected: {} },
])('step: $name', ({ wanted, fresh, old, expected }) => {
  expect(words(nextRollingStep({ deployment: deployment(wanted), fresh, old }))).toEqual(expected);
});

test.each([
  { name: 'the only active one takes it all', wanted: 7, fresh: set('b', 5, 5, [5, 7]), old: [set('a', 0)], expected: { b: 7 } },
  {
    name: 'mid-rollout growth is shared by size',
    wanted: 10,
    fresh: set('b', 3, 1, [5, 7]),
    old: [set('a', 4, 4, [5, 7])],
    expected: { a: 7, b: 6 },
  },
  {
    name: 'mid-rollout shrinking is shared by size',
    wanted: 5,
    fresh: set('b', 5, 0, [10, 13]),
    old: [set('a', 8, 8, [10, 13])],
    expected: { a: 4, b: 3 },
  },
  { name: 'to nothing', wanted: 0, fresh: set('b', 3, 1, [5, 7]), old: [set('a', 4, 4, [5, 7])], expected: { a: 0, b: 0 } },
  { name: 'a saturated new one lets the old go', wanted: 5, fresh: set('b', 5, 5, [5, 7]), old: [set('a', 2)], expected: { a: 0 } },
])('sizes: $name', ({ wanted, fresh, old, expected }) => {
  expect(words(proportionalSizes({ deployment: deployment(wanted), fresh, old }))).toEqual(expected);
});

test('a Deployment was scaled when an active ReplicaSet remembers another size', () => {
  const old = [set('a', 3, 3, [3, 4])];
  expect(wasScaled({ deployment: deployment(3), fresh: undefined, old })).toBe(false);
  expect(wasScaled({ deployment: deployment(5), fresh: undefined, old })).toBe(true);
});
