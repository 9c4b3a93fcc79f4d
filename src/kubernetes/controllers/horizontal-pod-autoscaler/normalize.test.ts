import { describe, expect, test } from 'vitest';
import type { HPAScalingRules } from '../../api/generated/autoscaling-v2.ts';
import { newHistory, recommend, rescaled } from './history.ts';
import { normalize, type Rules } from './normalize.ts';

const NOW = 10_000_000;
const bounds = (current: number, min = 1, max = 100) => ({ current, min, max });
const policy = (type: string, value: number, periodSeconds = 60) => ({ type, value, periodSeconds });
const up = (more: Partial<HPAScalingRules> = {}): HPAScalingRules => ({
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [policy('Pods', 4, 15), policy('Percent', 100, 15)],
  ...more,
});
const down = (more: Partial<HPAScalingRules> = {}): HPAScalingRules => ({
  selectPolicy: 'Max',
  policies: [policy('Percent', 100, 15)],
  ...more,
});
const rules = (more: Partial<Rules> = {}): Rules => ({ up: up(), down: down(), ...more });
const longAgo = () => newHistory(1, 0);

describe('without rules', () => {
  test.each([
    { name: 'in range', desired: 6, at: bounds(4), replicas: 6, reason: 'DesiredWithinRange' },
    { name: 'too many', desired: 9, at: bounds(6, 1, 8), replicas: 8, reason: 'TooManyReplicas' },
    { name: 'too few', desired: 1, at: bounds(4, 2), replicas: 2, reason: 'TooFewReplicas' },
    { name: 'no more than twice as many', desired: 50, at: bounds(5), replicas: 10, reason: 'ScaleUpLimit' },
    { name: 'four at once is always fine', desired: 50, at: bounds(1), replicas: 4, reason: 'ScaleUpLimit' },
  ])('$name', ({ desired, at, replicas, reason }) => {
    const { limited, range, ...rest } = normalize(desired, at, undefined, longAgo(), NOW);
    expect(rest).toMatchObject({ replicas, able: { reason: 'ReadyForNewScale' } });
    expect({ limited, reason: range.reason }).toEqual({ limited: replicas !== desired, reason });
  });

  test('the highest of the last five minutes holds', () => {
    const history = longAgo();
    recommend(history, { replicas: 8, at: NOW - 299_000 }, 300_000);
    expect(normalize(3, bounds(8), undefined, history, NOW)).toMatchObject({ replicas: 8, able: { reason: 'ScaleDownStabilized' } });
    expect(normalize(3, bounds(8), undefined, history, NOW + 2000)).toMatchObject({ replicas: 3, able: { reason: 'ReadyForNewScale' } });
  });
});

describe('with rules', () => {
  test.each([
    { name: 'by pods', from: 1, desired: 50, of: rules(), replicas: 5, reason: 'ScaleUpLimit' },
    { name: 'by share', from: 10, desired: 50, of: rules(), replicas: 20, reason: 'ScaleUpLimit' },
    {
      name: 'by the smaller of both',
      from: 10,
      desired: 50,
      of: rules({ up: up({ selectPolicy: 'Min' }) }),
      replicas: 14,
      reason: 'ScaleUpLimit',
    },
    {
      name: 'not up at all',
      from: 10,
      desired: 50,
      of: rules({ up: up({ selectPolicy: 'Disabled' }) }),
      replicas: 10,
      reason: 'ScaleUpLimit',
    },
    {
      name: 'down by pods',
      from: 10,
      desired: 1,
      of: rules({ down: down({ policies: [policy('Pods', 3)] }) }),
      replicas: 7,
      reason: 'ScaleDownLimit',
    },
    {
      name: 'down by share, whole pods',
      from: 10,
      desired: 1,
      of: rules({ down: down({ policies: [policy('Percent', 25)] }) }),
      replicas: 7,
      reason: 'ScaleDownLimit',
    },
    {
      name: 'not down at all',
      from: 10,
      desired: 1,
      of: rules({ down: down({ selectPolicy: 'Disabled' }) }),
      replicas: 10,
      reason: 'ScaleDownLimit',
    },
    { name: 'down to the least', from: 10, desired: 1, of: rules(), replicas: 2, reason: 'TooFewReplicas' },
    { name: 'up to the most', from: 60, desired: 200, of: rules(), replicas: 100, reason: 'TooManyReplicas' },
  ])('$name', ({ from, desired, of, replicas, reason }) => {
    expect(normalize(desired, bounds(from, 2), of, longAgo(), NOW)).toMatchObject({ replicas, limited: true, range: { reason } });
  });

  test('what was scaled within the period counts', () => {
    const history = longAgo();
    rescaled(history, 10, 13, NOW - 30_000, { up: 60_000, down: 60_000 });
    const of = rules({ up: up({ policies: [policy('Pods', 4)] }) });
    expect(normalize(50, bounds(13), of, history, NOW).replicas).toBe(14);
    expect(normalize(50, bounds(13), of, history, NOW + 30_000).replicas).toBe(17);
  });

  test('the lowest of the window on the way up, the highest on the way down', () => {
    const history = longAgo();
    recommend(history, { replicas: 6, at: NOW - 30_000 }, 300_000);
    const of = rules({ up: up({ stabilizationWindowSeconds: 60 }), down: down({ stabilizationWindowSeconds: 60 }) });
    expect(normalize(8, bounds(5), of, history, NOW)).toMatchObject({ replicas: 6, able: { reason: 'ScaleUpStabilized' } });
    expect(normalize(3, bounds(9), of, history, NOW)).toMatchObject({ replicas: 8, able: { reason: 'ScaleDownStabilized' } });
  });
});
