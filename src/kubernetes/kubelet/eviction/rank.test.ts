import { expect, test } from 'vitest';
import { podOf } from '../../../../test/support/kubelet-pods.ts';
import { evictionOrder } from './rank.ts';

const MI = 1024 ** 2;
const candidate = (name: string, usage: number, request: string | undefined, priority = 0, annotations?: Record<string, string>) => ({
  pod: podOf(
    { priority, containers: [{ name: 'app', resources: request ? { requests: { memory: request } } : {} }] },
    { name, annotations },
  ),
  usage: usage * MI,
});

test('who uses more than asked for goes first, then the less important, then the greatest excess', () => {
  const order = evictionOrder([
    candidate('within', 90, '100Mi'),
    candidate('over', 150, '100Mi'),
    candidate('far over', 300, '100Mi'),
    candidate('important', 900, undefined, 1000),
    candidate('critical', 900, undefined, 2_000_000_000),
    candidate('static', 900, undefined, 0, { 'kubernetes.io/config.source': 'file' }),
  ]);
  expect(order.map(({ pod }) => pod.metadata.name)).toEqual(['far over', 'over', 'important', 'within']);
});
