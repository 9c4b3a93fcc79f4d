import { describe, expect, test } from 'vitest';
import type { PolicyRule } from '../../../api/generated/rbac-v1.ts';
import { compactRules, describeRule, uncovered } from './cover.ts';

const pods = (...verbs: string[]): PolicyRule => ({ apiGroups: [''], resources: ['pods'], verbs });

describe('what is held covers what is wanted', () => {
  test.each<{ name: string; held: PolicyRule[]; wanted: PolicyRule; missing: PolicyRule[] }>([
    { name: 'the same', held: [pods('get')], wanted: pods('get'), missing: [] },
    { name: 'in two rules', held: [pods('get'), pods('list')], wanted: pods('get', 'list'), missing: [] },
    { name: 'all verbs', held: [pods('*')], wanted: pods('get', 'delete'), missing: [] },
    { name: 'not all verbs', held: [pods('get', 'list')], wanted: pods('*'), missing: [pods('*')] },
    { name: 'one verb is missing', held: [pods('get')], wanted: pods('get', 'list'), missing: [pods('list')] },
    { name: 'all resources', held: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get'] }], wanted: pods('get'), missing: [] },
    {
      name: 'a subresource of everything',
      held: [{ apiGroups: ['apps'], resources: ['*/scale'], verbs: ['get'] }],
      wanted: { apiGroups: ['apps'], resources: ['deployments/scale'], verbs: ['get'] },
      missing: [],
    },
    { name: 'one name of all', held: [{ ...pods('get'), resourceNames: ['a'] }], wanted: pods('get'), missing: [pods('get')] },
    { name: 'all names for one', held: [pods('get')], wanted: { ...pods('get'), resourceNames: ['a'] }, missing: [] },
    {
      name: 'a path',
      held: [{ verbs: ['get'], nonResourceURLs: ['/api/*'] }],
      wanted: { verbs: ['get'], nonResourceURLs: ['/api/v1', '/metrics'] },
      missing: [{ verbs: ['get'], nonResourceURLs: ['/metrics'] }],
    },
  ])('$name', ({ held, wanted, missing }) => {
    expect(uncovered(held, [wanted])).toEqual(missing);
  });
});

test('what is missing is told in one line for each resource', () => {
  const compact = compactRules([pods('get'), pods('list'), { ...pods('get'), resourceNames: ['a'] }]);
  expect(compact.map(describeRule)).toEqual([
    '{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
    '{APIGroups:[""], Resources:["pods"], ResourceNames:["a"], Verbs:["get"]}',
  ]);
});
