import { describe, expect, test } from 'vitest';
import { hasReference, referenceJson } from '../../../../test/support/reference.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { bootstrapPolicy, nodeRules, parseRule } from './rbac-policy.ts';

const PREFIX = '/apis/rbac.authorization.k8s.io/v1/';

describe.skipIf(!hasReference)('compared with the recorded cluster', () => {
  test.each(['clusterRoles', 'roles', 'clusterRoleBindings', 'roleBindings'] as const)('%s', (kind) => {
    const objects = referenceJson<Record<string, KubeObject[]>>('bootstrap-objects.json');
    const wanted = objects[PREFIX + kind.toLowerCase()]?.filter(({ metadata }) => metadata.labels);
    const own = bootstrapPolicy()[kind].map(({ apiVersion: _version, kind: _kind, ...rest }) => rest);
    expect(own).toEqual(wanted);
  });
});

test.each([
  { text: 'core,apps | pods,pods/log | get', rule: { verbs: ['get'], apiGroups: ['', 'apps'], resources: ['pods', 'pods/log'] } },
  {
    text: 'core | secrets | get,list | a,b',
    rule: { verbs: ['get', 'list'], apiGroups: [''], resources: ['secrets'], resourceNames: ['a', 'b'] },
  },
  { text: 'url | /api,/api/* | get', rule: { verbs: ['get'], nonResourceURLs: ['/api', '/api/*'] } },
])('the rule "$text"', ({ text, rule }) => {
  expect(parseRule(text)).toEqual(rule);
});

test('nodes have rules of their own', () => {
  expect(nodeRules()).toContainEqual({ verbs: ['create'], apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'] });
});
