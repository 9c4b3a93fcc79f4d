import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadAuthorizers } from './configured-authorizers.ts';
import { MatchConditions } from './match-conditions.ts';

const HEAD = 'apiVersion: apiserver.config.k8s.io/v1\nkind: AuthorizationConfiguration\nauthorizers: ';
const load = (authorizers: object[]) => loadAuthorizers(HEAD + JSON.stringify(authorizers));
const WEBHOOK = {
  timeout: '3s',
  subjectAccessReviewVersion: 'v1',
  matchConditionSubjectAccessReviewVersion: 'v1',
  failurePolicy: 'Deny',
  connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: '/nowhere' },
};
const webhook = (changes: object) => [{ type: 'Webhook', name: 'judge', webhook: { ...WEBHOOK, ...changes } }];

test.each([
  { authorizers: [], said: 'authorizers: Required value: at least one authorization mode must be defined' },
  { authorizers: [{ name: 'x' }], said: 'authorizers[0].type: Required value' },
  {
    authorizers: [{ type: 'Maybe', name: 'x' }],
    said: 'authorizers[0].type: Unsupported value: "Maybe": supported values: "AlwaysAllow", "AlwaysDeny", "Node", "RBAC", "Webhook"',
  },
  {
    authorizers: [
      { type: 'RBAC', name: 'a' },
      { type: 'RBAC', name: 'b' },
    ],
    said: 'authorizers[1].type: Duplicate value: "RBAC"',
  },
  { authorizers: [{ type: 'RBAC' }], said: 'authorizers[0].name: Required value' },
  {
    authorizers: [{ type: 'RBAC', name: 'A' }],
    said: 'authorizers[0].name: Invalid value: "A": authorizer name is invalid: a lowercase RFC 1123',
  },
  { authorizers: [{ type: 'Webhook', name: 'a' }], said: 'authorizers[0].webhook: Required value: required when type=Webhook' },
  {
    authorizers: [{ type: 'RBAC', name: 'a', webhook: {} }],
    said: 'authorizers[0].webhook: Invalid value: "non-null": may only be specified when type=Webhook',
  },
  { authorizers: webhook({ timeout: '1m' }), said: 'authorizers[0].timeout: Invalid value: "1m0s": must be > 0s and <= 30s' },
  { authorizers: webhook({ authorizedTTL: '-1s' }), said: 'authorizers[0].authorizedTTL: Invalid value: "-1s": must be > 0s' },
  {
    authorizers: webhook({ failurePolicy: 'Allow' }),
    said: 'authorizers[0].failurePolicy: Unsupported value: "Allow": supported values: "NoOpinion", "Deny"',
  },
  {
    authorizers: webhook({}),
    said: 'authorizers[0].connectionInfo.kubeConfigFile: Invalid value: "/nowhere": error loading file: stat /nowhere: no such file or directory',
  },
  {
    authorizers: webhook({ connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: 'here' } }),
    said: 'authorizers[0].connectionInfo.kubeConfigFile: Invalid value: "here": must be an absolute path',
  },
  {
    authorizers: webhook({ matchConditions: [{ expression: 'request.user' }, { expression: ' ' }] }),
    said: 'authorizers[0].matchConditions[0].expression: Invalid value: "request.user": must evaluate to bool, authorizers[0].matchConditions[1].expression: Required value',
  },
])('faults: $said', async ({ authorizers, said }) => {
  await expect(load(authorizers)).rejects.toThrow(said);
});

test('a webhook that is right', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'authorization-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'webhook.yaml');
  await writeFile(
    file,
    'current-context: a\ncontexts: [{name: a, context: {cluster: a}}]\nclusters: [{name: a, cluster: {server: "https://judge.example"}}]\n',
  );
  const [loaded] = await load(
    webhook({ connectionInfo: { type: 'KubeConfigFile', kubeConfigFile: file }, cacheUnauthorizedRequests: false }),
  );
  expect(loaded).toMatchObject({
    type: 'Webhook',
    webhook: { name: 'judge', authorizedSeconds: 300, unauthorizedSeconds: 0, timeoutSeconds: 3, deniesOnFailure: true },
  });
});

test('conditions about a request', () => {
  const conditions = new MatchConditions([
    "!('system:serviceaccounts:kube-system' in request.groups)",
    "has(request.resourceAttributes) && request.resourceAttributes.namespace == 'kube-system'",
  ]);
  const about = (namespace?: string) => ({
    user: 'ann',
    groups: ['dev'],
    ...(namespace === undefined ? {} : { resourceAttributes: { namespace } }),
  });
  expect(conditions.match(about('kube-system'))).toBe(true);
  expect(conditions.match(about('default'))).toBe(false);
  expect(conditions.match(about())).toBe(false);
  expect(() => new MatchConditions(["request.resourceAttributes.namespace == 'x'"]).match(about())).toThrow(
    "cel evaluation error: expression 'request.resourceAttributes.namespace == 'x'' resulted in error: no such key: resourceAttributes",
  );
});
