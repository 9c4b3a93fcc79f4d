import { expect, test } from 'vitest';
import type { Node, Taint } from '../../api/generated/core-v1.ts';
import { TaintAges } from './taint-ages.ts';

const taint: Taint = { key: 'k', value: 'v', effect: 'NoExecute' };
const node = (...taints: Taint[]): Node => ({ metadata: { name: 'node' }, spec: { taints } });

test('a taint that says when it came', () => {
  const dated = { ...taint, timeAdded: '2030-01-01T00:00:00Z' };
  expect(new TaintAges().since('node', dated, 0)).toBe(Date.parse(dated.timeAdded));
});

test('a taint that does not counts from when it was first seen, until it goes', () => {
  const ages = new TaintAges();
  ages.observe(node(taint), 100);
  ages.observe(node(taint, { ...taint, key: 'later' }), 200);
  expect(ages.since('node', taint, 500)).toBe(100);
  expect(ages.since('node', { ...taint, key: 'later' }, 500)).toBe(200);
  ages.observe(node(), 300);
  ages.observe(node(taint), 400);
  expect(ages.since('node', taint, 500)).toBe(400);
  ages.forget('node');
  expect(ages.since('node', taint, 500)).toBe(500);
});
