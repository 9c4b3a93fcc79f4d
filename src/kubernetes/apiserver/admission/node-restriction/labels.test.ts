import { expect, test } from 'vitest';
import { forbiddenLabelChanges } from './labels.ts';

test.each([
  { name: 'labels of its own domain', next: { 'example.com/a': '1', plain: 'x' }, previous: {}, forbidden: [] },
  {
    name: 'what kubelets say of themselves',
    next: { 'kubernetes.io/hostname': 'a', 'kubernetes.io/os': 'linux', 'node.kubernetes.io/x': '1', 'kubelet.kubernetes.io/x': '1' },
    previous: {},
    forbidden: [],
  },
  {
    name: 'roles',
    next: { 'node-role.kubernetes.io/control-plane': '' },
    previous: {},
    forbidden: ['node-role.kubernetes.io/control-plane'],
  },
  {
    name: 'restricted labels',
    next: { 'node-restriction.kubernetes.io/a': '1', 'x.node-restriction.kubernetes.io/a': '1' },
    previous: {},
    forbidden: ['node-restriction.kubernetes.io/a', 'x.node-restriction.kubernetes.io/a'],
  },
  { name: 'labels that stay', next: { 'node-role.kubernetes.io/x': '' }, previous: { 'node-role.kubernetes.io/x': '' }, forbidden: [] },
  { name: 'taking one off', next: {}, previous: { 'node-role.kubernetes.io/x': '' }, forbidden: ['node-role.kubernetes.io/x'] },
])('$name', ({ next, previous, forbidden }) => {
  expect(forbiddenLabelChanges(next as Record<string, string>, previous as Record<string, string>)).toEqual(forbidden);
});
