import { expect, test } from 'vitest';
import { parseRequestInfo } from '../http/request-info.ts';
import { parsePolicy } from './policy.ts';
import { scopeOf } from './policy-rules.ts';

const ANN = { username: 'ann', groups: ['dev', 'system:authenticated'] };

function policyOf(rules: string, more = ''): ReturnType<typeof parsePolicy> {
  return parsePolicy(`{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [${rules}]${more}}`);
}

function levelOf(rule: string, method: string, path: string): string {
  return scopeOf(policyOf(rule), ANN, parseRequestInfo(method, path, new URLSearchParams()))?.level ?? 'None';
}

const PODS = '/api/v1/namespaces/default/pods';

test.each([
  { name: 'everything', rule: '{level: Metadata}', path: PODS, level: 'Metadata' },
  { name: 'no rule fits', rule: '{level: Metadata, users: [bob]}', path: PODS, level: 'None' },
  { name: 'the first rule that fits', rule: '{level: None, users: [ann]}, {level: Request}', path: PODS, level: 'None' },
  { name: 'a group', rule: '{level: Request, userGroups: [ops, dev]}', path: PODS, level: 'Request' },
  { name: 'a verb', rule: '{level: Request, verbs: [list]}', path: PODS, level: 'Request' },
  { name: 'another verb', rule: '{level: Request, verbs: [get]}', path: PODS, level: 'None' },
  { name: 'a namespace', rule: '{level: Request, namespaces: [default]}', path: PODS, level: 'Request' },
  { name: 'no namespace', rule: '{level: Request, namespaces: [""]}', path: '/api/v1/nodes', level: 'Request' },
  { name: 'a resource', rule: '{level: Request, resources: [{group: "", resources: [pods]}]}', path: PODS, level: 'Request' },
  { name: 'a whole group', rule: '{level: Request, resources: [{group: apps}]}', path: '/apis/apps/v1/deployments', level: 'Request' },
  { name: 'a name', rule: '{level: Request, resources: [{resources: [pods], resourceNames: [a]}]}', path: `${PODS}/a`, level: 'Request' },
  {
    name: 'another name',
    rule: '{level: Request, resources: [{resources: [pods], resourceNames: [a]}]}',
    path: `${PODS}/b`,
    level: 'None',
  },
  {
    name: 'no subresource of a resource',
    rule: '{level: Request, resources: [{resources: [pods]}]}',
    path: `${PODS}/a/log`,
    level: 'None',
  },
  { name: 'one subresource', rule: '{level: Request, resources: [{resources: [pods/log]}]}', path: `${PODS}/a/log`, level: 'Request' },
  { name: 'all subresources', rule: '{level: Request, resources: [{resources: ["pods/*"]}]}', path: `${PODS}/a/log`, level: 'Request' },
  { name: 'a subresource of all', rule: '{level: Request, resources: [{resources: ["*/log"]}]}', path: `${PODS}/a/log`, level: 'Request' },
  { name: 'a path', rule: '{level: Metadata, nonResourceURLs: ["/healthz*"]}', path: '/healthz/ping', level: 'Metadata' },
  { name: 'a path is no resource', rule: '{level: Metadata, nonResourceURLs: ["*"]}', path: PODS, level: 'None' },
  { name: 'a resource is no path', rule: '{level: Metadata, resources: [{group: ""}]}', path: '/healthz', level: 'None' },
])('$name', ({ rule, path, level }) => {
  expect(levelOf(rule, 'GET', path)).toBe(level);
});

test('stages left out add up; managed fields are left out by the rule first', () => {
  const policy = policyOf(
    '{level: Metadata, omitStages: [ResponseStarted], omitManagedFields: false}',
    ', omitStages: [RequestReceived], omitManagedFields: true',
  );
  const scope = scopeOf(policy, ANN, parseRequestInfo('GET', PODS, new URLSearchParams()));
  expect(scope).toMatchObject({ omitManagedFields: false, stages: new Set(['ResponseComplete', 'Panic']) });
});

test.each([
  { name: 'no rules', text: '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: []}' },
  { name: 'another version', text: '{apiVersion: audit.k8s.io/v2, kind: Policy, rules: [{level: None}]}' },
  { name: 'no such level', text: '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: All}]}' },
  { name: 'a misspelt field', text: '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: None, user: [a]}]}' },
  {
    name: 'paths and resources',
    text: '{apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: None, namespaces: [a], nonResourceURLs: [/a]}]}',
  },
])('refused: $name', ({ text }) => {
  expect(() => parsePolicy(text)).toThrow('reading the audit policy');
});
