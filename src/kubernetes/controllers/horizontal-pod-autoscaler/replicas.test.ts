import { describe, expect, test } from 'vitest';
import type { Pod, PodPhase } from '../../api/generated/core-v1.ts';
import { byAverage, byShare, byUtilization, byWhole, type Situation } from './replicas.ts';
import type { Samples } from './samples.ts';

const NOW = Date.parse('2030-01-01T01:00:00Z');
const time = (before: number): string => new Date(NOW - before).toISOString();
const HOUR = 3_600_000;

interface Shape {
  phase?: PodPhase;
  ready?: boolean;
  startedBefore?: number;
  changedBefore?: number;
  going?: boolean;
  request?: string;
}

function pod(
  index: number,
  { phase = 'Running', ready = true, startedBefore = HOUR, changedBefore = HOUR, going, request = '1' }: Shape,
): Pod {
  return {
    metadata: { name: `p${index}`, ...(going && { deletionTimestamp: time(0) }) },
    spec: { containers: [{ name: 'c', image: 'i', resources: { requests: request ? { cpu: request } : {} } }] },
    status: {
      phase,
      startTime: time(startedBefore),
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: time(changedBefore) }],
    },
  };
}

/** As many pods as there are shapes, of which those with a value have a sample. */
function situation(values: readonly (number | undefined)[], shapes: readonly Shape[] = []) {
  const samples: Samples = new Map(
    values.flatMap((value, index) => (value === undefined ? [] : [[`p${index}`, { value, at: NOW, window: 60_000 }] as const])),
  );
  const pods = values.map((_, index) => pod(index, shapes[index] ?? {}));
  const known: Situation = { pods, wanted: pods.length, present: pods.length, tolerances: { down: 0.1, up: 0.1 }, now: NOW };
  return { samples, known };
}

interface Case {
  name: string;
  values: (number | undefined)[];
  shapes?: Shape[];
  target: number;
  replicas: number;
  utilization: number;
}

const starting: Shape = { ready: false, startedBefore: 60_000, changedBefore: 60_000 };

describe('by utilization', () => {
  test.each<Case>([
    { name: 'more use, more pods', values: [300, 500, 700], target: 30, replicas: 5, utilization: 50 },
    { name: 'less use, fewer pods', values: [100, 300, 500, 250, 250], target: 50, replicas: 3, utilization: 28 },
    { name: 'a little more is tolerated', values: [1010, 1030, 1020], target: 100, replicas: 3, utilization: 102 },
    { name: 'pods that start up hold back', values: [300, 500, 700], shapes: [starting], target: 30, replicas: 4, utilization: 60 },
    {
      name: 'pods that start up do not turn a rise around',
      values: [400, 500, 700],
      shapes: [starting, starting],
      target: 60,
      replicas: 3,
      utilization: 70,
    },
    {
      name: 'pods without a node yet hold back',
      values: [700, 500, undefined],
      shapes: [{}, {}, { phase: 'Pending' }],
      target: 30,
      replicas: 4,
      utilization: 60,
    },
    {
      name: 'failed pods do not count',
      values: [700, 500, undefined],
      shapes: [{}, {}, { phase: 'Failed' }],
      target: 30,
      replicas: 4,
      utilization: 60,
    },
    {
      name: 'pods on their way out do not count',
      values: [700, 500, 9000],
      shapes: [{}, {}, { going: true }],
      target: 30,
      replicas: 4,
      utilization: 60,
    },
    { name: 'missing samples count as idle on the way up', values: [1000, 1000, undefined], target: 50, replicas: 4, utilization: 100 },
    {
      name: 'missing samples count as all of the request on the way down',
      values: [100, 100, undefined],
      target: 80,
      replicas: 2,
      utilization: 10,
    },
    { name: 'missing samples that make the change small undo it', values: [600, 600, undefined], target: 50, replicas: 3, utilization: 60 },
  ])('$name', ({ values, shapes, target, replicas, utilization }) => {
    const { samples, known } = situation(values, shapes);
    expect(byUtilization(samples, { resource: 'cpu', target }, known)).toMatchObject({ replicas, utilization });
  });

  test.each([
    { name: 'no pods', values: [], message: 'no pods returned by selector while calculating replica count' },
    {
      name: 'only pods that start up',
      values: [100],
      shapes: [starting],
      message: 'did not receive metrics for targeted pods (pods might be unready)',
    },
    { name: 'no request', values: [100], shapes: [{ request: '' }], message: 'missing request for cpu in container c of Pod p0' },
  ])('nothing can be said of $name', ({ values, shapes, message }) => {
    const { samples, known } = situation(values, shapes);
    expect(() => byUtilization(samples, { resource: 'cpu', target: 50 }, known)).toThrow(message);
  });

  test('tolerances may differ by direction', () => {
    const { samples, known } = situation([550, 550]);
    const at = (tolerances: Situation['tolerances']) =>
      byUtilization(samples, { resource: 'cpu', target: 50 }, { ...known, tolerances }).replicas;
    expect([at({ down: 0.1, up: 0.1 }), at({ down: 0.1, up: 0 }), at({ down: 0, up: 0.1 })]).toEqual([2, 3, 2]);
  });
});

test.each([
  { name: 'more', values: [20_000, 10_000, 30_000], target: 15_000, replicas: 4, average: 20_000 },
  { name: 'fewer', values: [12_000, 12_000, 12_000, 12_000, 12_000], target: 20_000, replicas: 3, average: 12_000 },
  { name: 'as before', values: [20_000, 21_000, 21_000], target: 20_000, replicas: 3, average: 20_666 },
  { name: 'missing ones as idle on the way up', values: [50_000, 10_000, undefined], target: 15_000, replicas: 4, average: 30_000 },
  {
    name: 'missing ones as the target on the way down',
    values: [10_000, undefined, undefined],
    target: 20_000,
    replicas: 3,
    average: 10_000,
  },
])('by average: $name', ({ values, target, replicas, average }) => {
  const { samples, known } = situation(values);
  expect(byAverage(samples, { target }, known)).toEqual({ replicas, average });
});

test('what pods share, as a whole', () => {
  const { known } = situation([1, 1, 1], [{}, {}, { ready: false }]);
  expect(byWhole(20_000, 10_000, known)).toBe(4);
  expect(byWhole(10_500, 10_000, known)).toBe(3);
  expect(byWhole(25_000, 10_000, { ...known, wanted: 0 })).toBe(3);
});

test('what pods share, by pod', () => {
  const { known } = situation([1, 1]);
  expect(byShare(9000, 1000, known)).toEqual({ replicas: 9, average: 4500 });
  expect(byShare(2100, 1000, known)).toEqual({ replicas: 2, average: 1050 });
});
