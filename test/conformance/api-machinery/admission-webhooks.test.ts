// Conformance, those of "AdmissionWebhook" that need a server, which here runs in a pod behind a Service: "should be able to deny
// pod and configmap creation", "... deny attaching pod", "... deny custom resource creation, update and deletion", "should deny
// crd creation", "should honor timeout", "{patching/updating a,listing} {validating,mutating} webhook(s) should work", "should
// mutate configmap", "... pod and apply defaults after mutation", "... custom resource", "... custom resource with different
// stored version", "... custom resource with pruning", "... everything except 'skip-me' configmaps"; "should unconditionally
// reject operations on fail closed webhook" and "should not be able to mutate or prevent deletion of webhook configuration
// objects" once more, with a server that would answer. The others are in webhook-configurations.test.ts.
import { expect, type TestContext } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import { conformanceKubeconfig, IMAGE, uniqueSuffix } from '../../support/conformance-cluster.ts';
import { ANYTHING, CRDS, type CustomKind, defineKind } from '../../support/custom-kinds.ts';
import { extensionServer } from '../../support/extension-server.ts';
import { kubectlWith } from '../../support/kubectl.ts';
import { eventually } from '../../support/process.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const VALIDATING = 'validatingwebhookconfigurations';
const MUTATING = 'mutatingwebhookconfigurations';
const UNWANTED = { 'webhook-e2e-test': 'webhook-disallow' };
const START = { 'mutation-start': 'yes' };
const BOTH_STAGES = { ...START, 'mutation-stage-1': 'yes', 'mutation-stage-2': 'yes' };

const extension = extensionServer();

interface Hook {
  path: string;
  resources?: string[];
  groups?: string[];
  versions?: string[];
  operations?: string[];
  [field: string]: unknown;
}

/** A webhook of the server, for the namespace of the test alone. */
function webhookOf({ namespace }: ApiSpace, hook: Hook, index: number) {
  const { path, resources = ['configmaps'], groups = [''], versions = ['v1'], operations = ['CREATE'], ...rest } = hook;
  return {
    name: `hook-${index}.k8s.io`,
    rules: [{ operations, apiGroups: groups, apiVersions: versions, resources }],
    clientConfig: extension().clientConfig(path),
    namespaceSelector: { matchLabels: { [namespace]: 'true' } },
    sideEffects: 'None',
    admissionReviewVersions: ['v1', 'v1beta1'],
    ...rest,
  };
}

/** How upstream tells that a configuration is in force: a namespace of its own, whose config maps a webhook refuses once it is. */
async function inForce(space: ApiSpace, marker: string, name: string): Promise<void> {
  await eventually(async () => {
    const body = { metadata: { name }, data: {} };
    const { code, text } = await space.ask('POST', `/api/v1/namespaces/${marker}/configmaps`, { body });
    if (code < 300) await space.delete(`/api/v1/namespaces/${marker}/configmaps/${name}`);
    expect(text).toContain('denied');
  }, 30);
}

async function markerNamespace(space: ApiSpace): Promise<string> {
  const name = await space.anotherNamespace();
  await space.patch('merge', `/api/v1/namespaces/${name}`, { metadata: { labels: { 'marker-of': space.namespace } } });
  return name;
}

interface Registered {
  path: string;
}

/** Registers webhooks, and waits until they are asked. */
async function register(
  space: ApiSpace,
  context: TestContext,
  resource: string,
  hooks: Hook[],
  labels: Record<string, string> = {},
): Promise<Registered> {
  const marker = await markerNamespace(space);
  await space.patch('merge', `/api/v1/namespaces/${space.namespace}`, { metadata: { labels: { [space.namespace]: 'true' } } });
  const name = `${space.namespace}-${uniqueSuffix()}`;
  const path = `${GROUP}/${resource}/${name}`;
  context.onTestFinished(async () => {
    await space.ask('DELETE', path);
  });
  const isReady = {
    ...webhookOf(space, { path: '/always-deny' }, hooks.length),
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': marker } },
  };
  const webhooks = [...hooks.map((hook, index) => webhookOf(space, hook, index)), isReady];
  await space.create(`${GROUP}/${resource}`, { metadata: { name, labels }, webhooks });
  await inForce(space, marker, name);
  return { path };
}

const configMap = (name: string, data: object) => ({ metadata: { name }, data });
const container = (name: string) => ({ name, image: IMAGE, command: ['sleep', '600'] });
const refusal = (message: string) => expect.stringContaining(message);
const namesOfTest = () => {
  let count = 0;
  return () => `object-${count++}`;
};

apiBehaviour('pods and config maps are refused, in namespaces that have not opted out', async (space, context) => {
  await register(space, context, VALIDATING, [
    { path: '/pods', resources: ['pods'], timeoutSeconds: 1 },
    { path: '/configmaps', operations: ['CREATE', 'UPDATE'] },
    // Nobody vouches for its certificate; its policy lets requests pass.
    { path: '/configmaps', failurePolicy: 'Ignore', clientConfig: { ...extension().clientConfig('/configmaps'), caBundle: undefined } },
  ]);
  const spec = { containers: [container('webhook-disallow')] };
  const pods = space.core('pods');
  const pod = await space.refused('POST', pods, { metadata: { name: 'disallowed-pod', labels: UNWANTED }, spec });
  expect(pod).toMatchObject({
    code: 400,
    message:
      'admission webhook "hook-0.k8s.io" denied the request: the pod contains unwanted container name; the pod contains unwanted label',
  });
  const labels = { 'webhook-e2e-test': 'wait-forever' };
  const hanging = { metadata: { name: 'hanging-pod', labels }, spec: { containers: [container('wait-forever')] } };
  expect(await space.refused('POST', pods, hanging)).toMatchObject({ code: 500, message: refusal('deadline') });

  const unwanted = refusal('the configmap contains unwanted key and value');
  expect((await space.refused('POST', space.core('configmaps'), configMap('disallowed', UNWANTED))).message).toEqual(unwanted);
  const path = space.core('configmaps', 'allowed');
  const allowed = await space.create(space.core('configmaps'), configMap('allowed', { admit: 'this' }));
  expect((await space.refused('PUT', path, { ...allowed, data: UNWANTED })).message).toEqual(unwanted);
  const headers = { 'content-type': 'application/strategic-merge-patch+json' };
  expect((await space.ask('PATCH', path, { body: { data: UNWANTED }, headers })).body.message).toEqual(unwanted);
  const exempt = await space.anotherNamespace();
  await space.create(`/api/v1/namespaces/${exempt}/configmaps`, configMap('disallowed', UNWANTED));
});

apiBehaviour('attaching is refused', async (space, context) => {
  const path = space.core('pods', 'to-be-attached-pod');
  await space.create(space.core('pods'), { metadata: { name: 'to-be-attached-pod' }, spec: { containers: [container('container1')] } });
  await register(space, context, VALIDATING, [{ path: '/pods/attach', resources: ['pods/attach'], operations: ['CONNECT'] }]);
  await eventually(async () => expect((await space.get(path)).status.phase).toBe('Running'));
  const kubectl = kubectlWith({ KUBECONFIG: await conformanceKubeconfig() });
  const { code, stderr } = await kubectl.try('attach', '-n', space.namespace, 'to-be-attached-pod', '-i', '-c=container1');
  expect(code).not.toBe(0);
  expect(stderr).toContain("attaching to pod 'to-be-attached-pod' is not allowed");
});

const rulesOf = ({ group, plural }: CustomKind) => ({ groups: [group], versions: ['*'], resources: [plural] });
const customKind = (space: ApiSpace, context: TestContext, sketch: object = {}) =>
  defineKind(space, context, { scope: 'Namespaced', namespace: space.namespace, ...sketch });

apiBehaviour('custom resources are refused when made, changed and deleted', async (space, context) => {
  const kind = await customKind(space, context);
  const operations = ['CREATE', 'UPDATE', 'DELETE'];
  await register(space, context, VALIDATING, [{ path: '/custom-resource', ...rulesOf(kind), operations }]);
  const refused = await space.refused('POST', kind.path('v1'), kind.object('v1', 'one', { data: UNWANTED }));
  expect(refused.message).toEqual(refusal('the custom resource contains unwanted data'));

  const path = kind.path('v1', 'two');
  await space.create(kind.path('v1'), kind.object('v1', 'two', { data: { 'webhook-e2e-test': 'webhook-allow' } }));
  await space.patch('merge', path, { data: UNWANTED });
  const because = 'because it contains unwanted key and value';
  const changed = await space.ask('PATCH', path, { body: { data: {} }, headers: { 'content-type': 'application/merge-patch+json' } });
  expect(changed.body.message).toEqual(refusal(`the custom resource cannot be updated ${because}`));
  expect((await space.refused('DELETE', path)).message).toEqual(refusal(`the custom resource cannot be deleted ${because}`));
});

apiBehaviour('definitions are refused', async (space, context) => {
  const objectSelector = { matchLabels: { [space.namespace]: 'true' } };
  const rules = { groups: ['apiextensions.k8s.io'], versions: ['*'], resources: ['customresourcedefinitions'] };
  await register(space, context, VALIDATING, [{ path: '/crd', ...rules, objectSelector, namespaceSelector: {} }]);
  const group = `${space.namespace}.example.com`;
  const refused = await space.refused('POST', CRDS, {
    metadata: { name: `denies.${group}`, labels: { ...objectSelector.matchLabels, ...UNWANTED } },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'denies', singular: 'deny', kind: 'Deny', listKind: 'DenyList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: ANYTHING } }],
    },
  });
  expect(refused.message).toBe('admission webhook "hook-0.k8s.io" denied the request: the crd contains unwanted label');
});

const PATIENCE: [name: string, settings: object, message?: string][] = [
  ['too little', { timeoutSeconds: 1, failurePolicy: 'Fail' }, '/always-allow-delay-2s?timeout=1s": context deadline exceeded'],
  ['too little, which is ignored', { timeoutSeconds: 1, failurePolicy: 'Ignore' }],
  ['enough', { timeoutSeconds: 10, failurePolicy: 'Fail' }],
  ['that of the default', {}],
];
for (const [name, settings, message] of PATIENCE) {
  apiBehaviour(`a webhook that takes two seconds, and patience: ${name}`, async (space, context) => {
    await register(space, context, VALIDATING, [{ path: '/always-allow-delay-2s', ...settings }]);
    const { code, body } = await space.ask('POST', space.core('configmaps'), { body: configMap('slow', {}) });
    expect(code, body.message).toBe(message ? 500 : 201);
    if (message) expect(body.message).toEqual(refusal(message));
  });
}

/** Whether a config map is refused, or changed: what the webhook of a configuration does to one. */
const effect: Record<string, (space: ApiSpace, name: string) => Promise<boolean>> = {
  [VALIDATING]: async (space, name) => {
    const { code, text } = await space.ask('POST', space.core('configmaps'), { body: configMap(name, UNWANTED) });
    if (code >= 300) expect(text).toContain('denied');
    return code >= 300;
  },
  [MUTATING]: async (space, name) => {
    const { data } = await space.create(space.core('configmaps'), configMap(name, START));
    return data['mutation-stage-1'] === 'yes';
  },
};
const PATHS: Record<string, string> = { [VALIDATING]: '/configmaps', [MUTATING]: '/mutating-data' };

for (const resource of [VALIDATING, MUTATING]) {
  const has = (space: ApiSpace, name: () => string, wanted: boolean) =>
    eventually(async () => expect(await effect[resource]!(space, name())).toBe(wanted), 30);

  apiBehaviour(`${resource}: rules that are updated and patched count at once`, async (space, context) => {
    const next = namesOfTest();
    const { path } = await register(space, context, resource, [{ path: PATHS[resource]! }]);
    await has(space, next, true);
    await space.update(path, ({ webhooks }) => {
      webhooks[0].rules[0].operations = ['UPDATE'];
    });
    await has(space, next, false);
    await space.patch('json', path, [{ op: 'replace', path: '/webhooks/0/rules/0/operations', value: ['CREATE'] }]);
    await has(space, next, true);
  });

  apiBehaviour(`${resource}: ten are listed, have their say, and are deleted together`, async (space, context) => {
    const next = namesOfTest();
    const labels = { 'e2e-list-test-uuid': space.namespace };
    await Promise.all(Array.from({ length: 10 }, () => register(space, context, resource, [{ path: PATHS[resource]! }], labels)));
    const all = `${GROUP}/${resource}?${byLabels(labels)}`;
    expect((await space.get(all)).items).toHaveLength(10);
    await has(space, next, true);
    await space.delete(all);
    await has(space, next, false);
    expect((await space.get(all)).items).toEqual([]);
  });
}

apiBehaviour('config maps are changed by one webhook after the other', async (space, context) => {
  await register(space, context, MUTATING, [{ path: '/mutating-data' }, { path: '/mutating-data' }]);
  expect((await space.create(space.core('configmaps'), configMap('to-be-mutated', START))).data).toEqual(BOTH_STAGES);
});

apiBehaviour('the first of two is asked again where the second changed something, if it wants to be', async (space, context) => {
  const add = { path: '/add-label', objectSelector: { matchLabels: { 'to-be': 'labelled' } } };
  const stages = (policy: string) => ({ path: '/mutating-data', reinvocationPolicy: policy });
  await register(space, context, MUTATING, [stages('IfNeeded'), add]);
  const labels = { 'to-be': 'labelled' };
  const made = await space.create(space.core('configmaps'), { metadata: { name: 'again', labels }, data: START });
  expect(made.data).toEqual(BOTH_STAGES);
  expect(made.metadata.labels).toMatchObject({ 'added-label': 'yes' });
  const once = await space.create(space.core('configmaps'), configMap('once', START));
  expect(once.data).toEqual({ ...START, 'mutation-stage-1': 'yes' });
});

apiBehaviour('pods are changed, and what was added has its defaults', async (space, context) => {
  await register(space, context, MUTATING, [{ path: '/mutating-pods', resources: ['pods'] }]);
  const { spec } = await space.create(space.core('pods'), { metadata: { name: 'mutated' }, spec: { containers: [container('example')] } });
  expect(spec.initContainers).toHaveLength(1);
  expect(spec.initContainers[0]).toMatchObject({
    name: 'webhook-added-init-container',
    terminationMessagePolicy: 'File',
    volumeMounts: [{ mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }],
  });
});

apiBehaviour('custom resources are changed', async (space, context) => {
  const kind = await customKind(space, context);
  await register(
    space,
    context,
    MUTATING,
    [1, 2].map(() => ({ path: '/mutating-data', ...rulesOf(kind) })),
  );
  const made = await space.create(kind.path('v1'), kind.object('v1', 'one', { data: START }));
  expect(made.data).toEqual(BOTH_STAGES);
});

apiBehaviour('what webhooks add to custom resources is pruned', async (space, context) => {
  const string = { type: 'string' };
  const data = { type: 'object', properties: { 'mutation-start': string, 'mutation-stage-1': string } };
  const kind = await customKind(space, context, { versions: ['v1', 'v2'], schema: { type: 'object', properties: { data } } });
  await register(
    space,
    context,
    MUTATING,
    [1, 2].map(() => ({ path: '/mutating-data', ...rulesOf(kind) })),
  );
  const made = await space.create(kind.path('v1'), kind.object('v1', 'one', { data: START }));
  expect(made.data).toEqual({ ...START, 'mutation-stage-1': 'yes' });
});

apiBehaviour('custom resources are changed while another version is stored than before', async (space, context) => {
  const kind = await customKind(space, context, { versions: ['v1', 'v2'] });
  const hook = { path: '/mutating-data', ...rulesOf(kind), operations: ['CREATE', 'UPDATE'] };
  await register(space, context, MUTATING, [hook, hook]);
  await space.create(kind.path('v1'), kind.object('v1', 'one', { data: START }));
  const version = (name: string, storage: boolean) => ({ name, storage, served: true, schema: { openAPIV3Schema: ANYTHING } });
  await space.patch('strategic', `${CRDS}/${kind.name}`, { spec: { versions: [version('v1', false), version('v2', true)] } });
  const patched = await space.patch('json', kind.path('v2', 'one'), [{ op: 'add', path: '/dummy', value: 'test' }]);
  expect(patched).toMatchObject({ data: BOTH_STAGES, dummy: 'test' });
});

apiBehaviour('match conditions leave out what they say', async (space, context) => {
  const matchConditions = [{ name: 'skip-me', expression: "object.metadata.name != 'skip-me'" }];
  await register(space, context, MUTATING, [{ path: '/add-label', matchConditions }]);
  const labelsOf = async (name: string) => (await space.create(space.core('configmaps'), configMap(name, {}))).metadata.labels;
  expect(await labelsOf('skip-me')).toBeUndefined();
  expect(await labelsOf('do-not-skip-me')).toEqual({ 'added-label': 'yes' });
});

apiBehaviour('a webhook whose certificate nobody vouches for refuses everything', async (space, context) => {
  const clientConfig = { ...extension().clientConfig('/configmaps'), caBundle: undefined };
  await register(space, context, VALIDATING, [{ path: '', clientConfig, failurePolicy: 'Fail' }]);
  expect(await space.refused('POST', space.core('configmaps'), configMap('foo', {}))).toMatchObject({
    code: 500,
    reason: 'InternalError',
    message: refusal('tls: failed to verify certificate: x509: certificate signed by unknown authority'),
  });
});

apiBehaviour('webhook configurations are neither changed nor kept by webhooks', async (space, context) => {
  const rules = { groups: ['admissionregistration.k8s.io'], versions: ['*'], resources: [VALIDATING, MUTATING] };
  const objectSelector = { matchLabels: { test: space.namespace } };
  await register(space, context, VALIDATING, [{ path: '/always-deny', ...rules, operations: ['DELETE'], objectSelector }]);
  await register(space, context, MUTATING, [{ path: '/add-label', ...rules, objectSelector }]);
  for (const resource of [VALIDATING, MUTATING]) {
    const { path } = await register(space, context, resource, [{ path: '/invalid', resources: ['invalid'] }], objectSelector.matchLabels);
    const { metadata }: Anything = await space.get(path);
    expect(metadata.labels).toEqual(objectSelector.matchLabels);
    await space.delete(path);
  }
});

apiBehaviour('warnings of webhooks reach the client', async (space, context) => {
  await register(space, context, VALIDATING, [{ path: '/always-allow' }]);
  const kubectl = kubectlWith({ KUBECONFIG: await conformanceKubeconfig() });
  const { stderr } = await kubectl.try('create', 'configmap', '-n', space.namespace, 'warned');
  expect(stderr).toContain('Warning: seen by a webhook');
});
