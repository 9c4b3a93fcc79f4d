import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { type Hook, WebhookServer } from '../../support/webhook-server.ts';

const NAMESPACE = '/api/v1/namespaces/default';
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1';
const CONFIG_MAPS = { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['*'] };

let server: TestApiServer;
let hooks: WebhookServer;
let count = 0;

beforeAll(async () => {
  server = await startApiServer({ config: { disableAdmissionPlugins: ['ServiceAccount'] } });
  hooks = await WebhookServer.start(await server.sign({ commonName: 'hook', hosts: ['127.0.0.1', 'hook.default.svc'] }));
});
afterAll(async () => {
  await hooks[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(() => {
  hooks.hooks.clear();
  hooks.asked.length = 0;
});
afterEach(async () => {
  for (const plural of ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'])
    await server.call('DELETE', `${CONFIGURATIONS}/${plural}`);
});

interface Registered {
  /** Name of the webhook, in front of `.example.com`, and its path. */
  name: string;
  answer?: Hook;
  rules?: object[];
  clientConfig?: object;
}

/** Registers webhooks of one configuration. */
async function register(kind: 'Mutating' | 'Validating', configuration: string, ...webhooks: (Registered & Record<string, unknown>)[]) {
  for (const { name, answer } of webhooks) if (answer) hooks.hooks.set(`/${name}`, answer);
  const body = {
    metadata: { name: configuration },
    webhooks: webhooks.map(({ name, answer: _, ...rest }) => ({
      clientConfig: { url: hooks.url(`/${name}`), caBundle: Buffer.from(server.ca).toString('base64') },
      rules: [CONFIG_MAPS],
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      ...rest,
      name: `${name}.example.com`,
    })),
  };
  const { code, body: said } = await server.call('POST', `${CONFIGURATIONS}/${kind.toLowerCase()}webhookconfigurations`, { body });
  expect([code, said.message]).toEqual([201, undefined]);
}

const create = (body: object = {}, query = '') =>
  server.call('POST', `${NAMESPACE}/configmaps${query}`, { body: { metadata: { name: `c-${++count}` }, ...body } });
const setting = (key: string, value: string) => [{ op: 'add', path: '/data', value: { [key]: value } }];

describe('validating', () => {
  test('a webhook is asked about what its rules name', async () => {
    await register('Validating', 'a', { name: 'watch', answer: () => ({ allowed: true }) });
    const { code, body } = await create({ data: { a: '1' } }, '?fieldManager=me');
    expect(code).toBe(201);
    expect(hooks.requestsTo('/watch')).toEqual([
      {
        uid: expect.any(String),
        kind: { group: '', version: 'v1', kind: 'ConfigMap' },
        resource: { group: '', version: 'v1', resource: 'configmaps' },
        requestKind: { group: '', version: 'v1', kind: 'ConfigMap' },
        requestResource: { group: '', version: 'v1', resource: 'configmaps' },
        name: body.metadata.name,
        namespace: 'default',
        operation: 'CREATE',
        userInfo: { username: 'admin', uid: 'admin', groups: expect.arrayContaining(['system:masters']) },
        object: expect.objectContaining({ kind: 'ConfigMap', apiVersion: 'v1', data: { a: '1' } }),
        oldObject: null,
        dryRun: false,
        options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1', fieldManager: 'me' },
      },
    ]);
  });

  test.each([
    { status: undefined, code: 400, message: 'admission webhook "deny.example.com" denied the request without explanation' },
    { status: { message: 'no!' }, code: 400, message: 'admission webhook "deny.example.com" denied the request: no!' },
    { status: { reason: 'Sunday', code: 200 }, code: 400, message: 'admission webhook "deny.example.com" denied the request: Sunday' },
    {
      status: { message: 'no!', code: 403, reason: 'Forbidden' },
      code: 403,
      message: 'admission webhook "deny.example.com" denied the request: no!',
    },
  ])('refusal $status', async ({ status, code, message }) => {
    await register('Validating', 'a', { name: 'deny', answer: () => ({ allowed: false, status: status as never }) });
    expect(await create()).toMatchObject({ code, body: { status: 'Failure', message } });
  });

  test('it sees old and new, and is asked about deletes', async () => {
    await register('Validating', 'a', { name: 'watch', answer: ({ operation }) => ({ allowed: operation !== 'DELETE' }) });
    const { body } = await create({ data: { a: '1' } });
    const path = `${NAMESPACE}/configmaps/${body.metadata.name}`;
    await server.call('PATCH', path, { body: { data: { a: '2' } }, headers: { 'content-type': 'application/merge-patch+json' } });
    const [, update] = hooks.requestsTo('/watch');
    expect(update).toMatchObject({
      operation: 'UPDATE',
      object: { data: { a: '2' } },
      oldObject: { data: { a: '1' } },
      options: { kind: 'UpdateOptions' },
    });
    expect((await server.call('DELETE', `${path}?gracePeriodSeconds=0`)).code).toBe(400);
    expect(hooks.requestsTo('/watch')[2]).toMatchObject({
      operation: 'DELETE',
      object: null,
      oldObject: { data: { a: '2' } },
      options: { kind: 'DeleteOptions' },
    });
  });

  test('warnings reach the client', async () => {
    await register('Validating', 'a', { name: 'warn', answer: () => ({ allowed: true, warnings: ['mind the "gap"'] }) });
    expect((await create()).headers.warning).toBe('299 - "mind the \\"gap\\""');
  });

  test('connections are kept', async () => {
    await register('Validating', 'a', { name: 'watch', answer: () => ({ allowed: true }) });
    for (let i = 0; i < 3; i++) await create();
    expect(new Set(hooks.asked.map(({ connection }) => connection)).size).toBe(1);
  });

  test.each([
    { objectSelector: { matchLabels: { checked: 'yes' } }, labels: { checked: 'yes' }, asked: 1 },
    { objectSelector: { matchLabels: { checked: 'yes' } }, labels: {}, asked: 0 },
    { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'default' } }, labels: {}, asked: 1 },
    {
      namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['default'] }] },
      labels: {},
      asked: 0,
    },
    { rules: [{ ...CONFIG_MAPS, scope: 'Cluster' }], labels: {}, asked: 0 },
    { rules: [{ ...CONFIG_MAPS, operations: ['UPDATE'] }], labels: {}, asked: 0 },
    { rules: [{ ...CONFIG_MAPS, resources: ['*'], apiGroups: ['*'], apiVersions: ['*'] }], labels: {}, asked: 1 },
  ])('%o', async ({ labels, asked, ...rest }) => {
    await register('Validating', 'a', { name: 'watch', answer: () => ({ allowed: true }), ...rest });
    await create({ metadata: { name: `c-${++count}`, labels } });
    expect(hooks.requestsTo('/watch')).toHaveLength(asked);
  });

  test('nobody is asked about webhook configurations', async () => {
    await register('Validating', 'a', {
      name: 'deny',
      answer: () => ({ allowed: false }),
      rules: [{ ...CONFIG_MAPS, apiGroups: ['*'], resources: ['*/*'] }],
    });
    expect((await server.call('DELETE', `${CONFIGURATIONS}/validatingwebhookconfigurations/a`)).code).toBe(200);
    expect(hooks.asked).toEqual([]);
  });

  test('a dry run is not shown to those with side effects', async () => {
    await register('Validating', 'a', { name: 'deny', answer: () => ({ allowed: true }), sideEffects: 'NoneOnDryRun' });
    await create({}, '?dryRun=All');
    expect(hooks.requestsTo('/deny')).toMatchObject([{ dryRun: true, options: { dryRun: ['All'] } }]);
  });
});

describe('failures', () => {
  const failing = { name: 'fail', answer: () => new Response('broken\n', { status: 500 }) };

  test('fail the request where the policy says so', async () => {
    await register('Validating', 'a', failing);
    expect(await create()).toMatchObject({
      code: 500,
      body: {
        reason: 'InternalError',
        message:
          'Internal error occurred: failed calling webhook "fail.example.com": failed to call webhook: an error on the server ("broken") has prevented the request from succeeding',
      },
    });
  });

  test('are passed over where it says so', async () => {
    await register('Validating', 'a', { ...failing, failurePolicy: 'Ignore' });
    await register('Mutating', 'a', { ...failing, failurePolicy: 'Ignore' });
    expect((await create()).code).toBe(201);
  });

  test('a webhook that does not answer', async () => {
    await register('Validating', 'a', { name: 'slow', timeoutSeconds: 1 });
    expect((await create()).body.message).toBe(
      `Internal error occurred: failed calling webhook "slow.example.com": failed to call webhook: Post "${hooks.url('/slow')}?timeout=1s": context deadline exceeded`,
    );
  });

  test('an answer to another question', async () => {
    await register('Validating', 'a', { name: 'odd', answer: ({ uid }) => ({ allowed: true, uid: `not-${uid}` }) });
    expect((await create()).body.message).toMatch(/received invalid webhook response: expected response.uid="(.+)", got "not-\1"$/);
  });

  test.each([
    { name: 'nobody listens', config: () => ({ url: 'https://127.0.0.1:1/x' }), why: 'dial tcp 127.0.0.1:1: connect: connection refused' },
    {
      name: 'an authority that is not trusted',
      config: () => ({ url: hooks.url('/x') }),
      why: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
    },
    {
      name: 'another name',
      config: () => ({ url: hooks.url('/x').replace('127.0.0.1', 'localhost'), caBundle: Buffer.from(server.ca).toString('base64') }),
      why: 'tls: failed to verify certificate: x509: certificate is valid for 127.0.0.1, hook.default.svc, not localhost',
    },
  ])('$name', async ({ config, why }) => {
    await register('Validating', 'a', { name: 'x', clientConfig: config() });
    expect((await create()).body.message).toBe(
      `Internal error occurred: failed calling webhook "x.example.com": failed to call webhook: Post "${config().url}?timeout=10s": ${why}`,
    );
  });

  test('a service that is not there', async () => {
    await register('Validating', 'a', { name: 'gone', clientConfig: { service: { namespace: 'default', name: 'gone', path: '/x' } } });
    expect((await create()).body.message).toBe(
      'Internal error occurred: failed calling webhook "gone.example.com": failed to call webhook: Post "https://gone.default.svc:443/x?timeout=10s": service "gone" not found',
    );
  });
});

describe('mutating', () => {
  test('each changes what the one before made, in the order of their names', async () => {
    await register('Mutating', 'b', {
      name: 'second',
      answer: ({ object }) => ({ allowed: true, patch: setting('by', `${object.data.by} second`) }),
    });
    await register('Mutating', 'a', { name: 'first', answer: () => ({ allowed: true, patch: setting('by', 'first') }) });
    expect((await create()).body.data).toEqual({ by: 'first second' });
  });

  test('who wants to be asked again is, once', async () => {
    const again = ({ object }: { object?: { data?: { n?: string } } }) => ({
      allowed: true,
      patch: setting('n', `${object?.data?.n ?? ''}a`),
    });
    const then = ({ object }: { object?: { data?: { n?: string } } }) => ({
      allowed: true,
      patch: setting('n', `${object?.data?.n ?? ''}b`),
    });
    await register('Mutating', 'a', { name: 'again', answer: again, reinvocationPolicy: 'IfNeeded' }, { name: 'then', answer: then });
    expect((await create()).body.data).toEqual({ n: 'aba' });
  });

  test('built-in plugins see what was added', async () => {
    const limits = [{ type: 'Container', defaultRequest: { cpu: '10m' } }];
    await server.call('POST', `${NAMESPACE}/limitranges`, { body: { metadata: { name: 'l' }, spec: { limits } } });
    const sidecar = [{ op: 'add', path: '/spec/containers/-', value: { name: 'added', image: 'i' } }];
    const rules = [{ ...CONFIG_MAPS, resources: ['pods'], operations: ['CREATE'] }];
    await register('Mutating', 'a', { name: 'sidecar', answer: () => ({ allowed: true, patch: sidecar }), rules });
    const pod = { metadata: { generateName: 'p-' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    const { code, body } = await server.call('POST', `${NAMESPACE}/pods`, { body: pod });
    expect(code).toBe(201);
    expect(body.spec.containers[1]).toMatchObject({ name: 'added', resources: { requests: { cpu: '10m' } }, imagePullPolicy: 'Always' });
    expect(hooks.requestsTo('/sidecar')[0]?.object.metadata).toMatchObject({ generateName: 'p-', namespace: 'default' });
    expect(hooks.requestsTo('/sidecar')[0]?.object.metadata.name).toBeUndefined();
    await server.call('DELETE', `${NAMESPACE}/limitranges/l`);
  });

  test('what comes out is validated', async () => {
    await register('Mutating', 'a', { name: 'bad', answer: () => ({ allowed: true, patch: setting('not a key', '') }) });
    expect((await create()).code).toBe(422);
  });

  test('a patch that does not fit', async () => {
    await register('Mutating', 'a', { name: 'bad', answer: () => ({ allowed: true, patch: [{ op: 'remove', path: '/nothing' }] }) });
    expect(await create()).toMatchObject({ code: 500, body: { message: expect.stringMatching(/^Internal error occurred: /) } });
  });
});

describe('subresources', () => {
  const pod = { metadata: { name: 'subject' }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  beforeAll(() => server.call('POST', `${NAMESPACE}/pods`, { body: pod }));
  const rules = (resource: string) => [{ ...CONFIG_MAPS, apiGroups: ['*'], resources: [resource] }];

  test('exec', async () => {
    await register('Validating', 'a', {
      name: 'exec',
      answer: () => ({ allowed: false, status: { message: 'stay out' } as never }),
      rules: rules('pods/exec'),
    });
    const answer = await server.call('GET', `${NAMESPACE}/pods/subject/exec?command=ls&command=-l&stdout=true&container=c`);
    expect(answer.body.message).toBe('admission webhook "exec.example.com" denied the request: stay out');
    expect(hooks.requestsTo('/exec')[0]).toMatchObject({
      operation: 'CONNECT',
      kind: { group: '', version: 'v1', kind: 'PodExecOptions' },
      resource: { resource: 'pods' },
      subResource: 'exec',
      name: 'subject',
      object: { kind: 'PodExecOptions', apiVersion: 'v1', stdout: true, container: 'c', command: ['ls', '-l'] },
      options: null,
    });
  });

  test('eviction', async () => {
    await register('Validating', 'a', { name: 'evict', answer: () => ({ allowed: false }), rules: rules('pods/eviction') });
    const { code } = await server.call('POST', `${NAMESPACE}/pods/subject/eviction`, { body: { metadata: { name: 'subject' } } });
    expect(code).toBe(400);
    expect(hooks.requestsTo('/evict')[0]).toMatchObject({
      kind: { group: 'policy', version: 'v1', kind: 'Eviction' },
      subResource: 'eviction',
    });
  });

  test('scale', async () => {
    const template = { metadata: { labels: { a: 'b' } }, spec: pod.spec };
    const spec = { replicas: 1, selector: { matchLabels: { a: 'b' } }, template };
    const path = '/apis/apps/v1/namespaces/default/replicasets';
    await server.call('POST', path, { body: { metadata: { name: 'set' }, spec } });
    const patch = [{ op: 'replace', path: '/spec/replicas', value: 3 }];
    await register('Mutating', 'a', { name: 'scale', answer: () => ({ allowed: true, patch }), rules: rules('replicasets/scale') });
    const { body } = await server.call('PATCH', `${path}/set/scale`, {
      body: { spec: { replicas: 2 } },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
    expect(body.spec.replicas).toBe(3);
    expect(hooks.requestsTo('/scale')[0]).toMatchObject({
      kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
      object: { kind: 'Scale', spec: { replicas: 2 } },
      oldObject: { spec: { replicas: 1 } },
    });
  });
});

describe('other versions of a kind', () => {
  const event = {
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'x' },
    reason: 'Because',
    type: 'Normal',
    message: 'note',
  };
  const rules = [{ apiGroups: ['events.k8s.io'], apiVersions: ['v1'], resources: ['events'], operations: ['CREATE'] }];
  afterEach(() => server.call('DELETE', `${NAMESPACE}/events/e`));

  test('are shown as the version that the rules name', async () => {
    const patch = [{ op: 'replace', path: '/note', value: 'changed' }];
    await register('Mutating', 'a', { name: 'events', answer: () => ({ allowed: true, patch }), rules });
    const { body } = await server.call('POST', `${NAMESPACE}/events`, { body: event });
    expect(body).toMatchObject({ apiVersion: 'v1', message: 'changed', involvedObject: { name: 'x' } });
    expect(hooks.requestsTo('/events')).toMatchObject([
      {
        kind: { group: 'events.k8s.io', version: 'v1', kind: 'Event' },
        resource: { group: 'events.k8s.io', version: 'v1', resource: 'events' },
        requestKind: { group: '', version: 'v1', kind: 'Event' },
        requestResource: { group: '', version: 'v1', resource: 'events' },
        object: { apiVersion: 'events.k8s.io/v1', note: 'note', regarding: { name: 'x' } },
      },
    ]);
  });

  test('are not where only the exact one counts', async () => {
    await register('Validating', 'a', { name: 'events', answer: () => ({ allowed: false }), rules, matchPolicy: 'Exact' });
    expect((await server.call('POST', `${NAMESPACE}/events`, { body: event })).code).toBe(201);
  });
});

describe('match conditions', () => {
  test.each([
    { conditions: ["object.data.a == 'x'"], failurePolicy: 'Fail', code: 201, asked: 0 },
    { conditions: ["object.data.a == '1'"], failurePolicy: 'Fail', code: 400, asked: 1 },
    { conditions: ['object.data.b == ""'], failurePolicy: 'Fail', code: 403, asked: 0 },
    { conditions: ['object.data.b == ""'], failurePolicy: 'Ignore', code: 201, asked: 0 },
    { conditions: ['object.data.b == ""', 'false'], failurePolicy: 'Fail', code: 201, asked: 0 },
    { conditions: ["authorizer.group('').resource('pods').check('get').allowed()"], failurePolicy: 'Fail', code: 400, asked: 1 },
  ])('$conditions $failurePolicy', async ({ conditions, failurePolicy, code, asked }) => {
    const matchConditions = conditions.map((expression, i) => ({ name: `c${i}`, expression }));
    await register('Validating', 'a', { name: 'deny', answer: () => ({ allowed: false }), matchConditions, failurePolicy });
    expect((await create({ data: { a: '1' } })).code).toBe(code);
    expect(hooks.asked).toHaveLength(asked);
  });
});

describe('custom resources', () => {
  const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets';
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer', default: 1 } } } } };

  test('are changed, pruned and defaulted', async () => {
    const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }];
    const spec = { group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', kind: 'Widget' }, versions };
    const definition = { metadata: { name: 'widgets.example.com' }, spec };
    await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definition });
    await expect.poll(async () => (await server.call('GET', WIDGETS)).code).toBe(200);
    const patch = [
      { op: 'add', path: '/spec', value: { unknown: 'x' } },
      { op: 'add', path: '/metadata/labels', value: { a: 'b' } },
    ];
    const rules = [{ ...CONFIG_MAPS, apiGroups: ['example.com'], resources: ['widgets'] }];
    await register('Mutating', 'a', { name: 'widgets', answer: () => ({ allowed: true, patch }), rules });
    const { code, body } = await server.call('POST', WIDGETS, {
      body: { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } },
    });
    expect([code, body.spec, body.metadata.labels]).toEqual([201, { size: 1 }, { a: 'b' }]);
    expect(hooks.requestsTo('/widgets')[0]).toMatchObject({
      kind: { group: 'example.com', version: 'v1', kind: 'Widget' },
      object: { kind: 'Widget' },
    });
  });
});

describe('metrics', () => {
  const metricsOf = async (name: string) => {
    const { text } = await server.call('GET', '/metrics');
    const lines = text.split('\n').filter((line) => line.includes(`name="${name}.example.com"`));
    return lines.map((line) => line.replace('apiserver_admission_', '').replace(`name="${name}.example.com",`, ''));
  };

  test('count calls by how they ended', async () => {
    await register('Validating', 'a', { name: 'metered', answer: ({ name }) => ({ allowed: name !== 'refused', status: { code: 418 } }) });
    await create();
    expect((await create({ metadata: { name: 'refused' } })).code).toBe(418);
    expect(await metricsOf('metered')).toEqual(
      expect.arrayContaining([
        'webhook_request_total{type="validating",operation="CREATE",rejected="false",code="200"} 1',
        'webhook_request_total{type="validating",operation="CREATE",rejected="true",code="418"} 1',
        'webhook_rejection_count{type="validating",operation="CREATE",error_type="no_error",rejection_code="418"} 1',
        'webhook_admission_duration_seconds_count{type="validating",operation="CREATE",rejected="false"} 1',
      ]),
    );
  });

  test('count failures, and those that were let pass', async () => {
    const answer = () => new Response('broken', { status: 500 });
    await register('Mutating', 'a', { name: 'open', answer, failurePolicy: 'Ignore' });
    await register('Validating', 'a', { name: 'closed', answer });
    await create();
    expect(await metricsOf('open')).toEqual(
      expect.arrayContaining([
        'webhook_fail_open_count{type="admit"} 1',
        'webhook_request_total{type="admit",operation="CREATE",rejected="false",code="500"} 1',
      ]),
    );
    const refused =
      'webhook_rejection_count{type="validating",operation="CREATE",error_type="calling_webhook_error",rejection_code="500"} 1';
    expect(await metricsOf('closed')).toContain(refused);
  });

  test('count what match conditions leave out, and which fail', async () => {
    const answer = () => ({ allowed: true });
    const conditions = (expression: string) => ({ matchConditions: [{ name: 'condition', expression }], failurePolicy: 'Ignore' });
    await register('Validating', 'a', { name: 'left', answer, ...conditions('false') });
    await register('Validating', 'b', { name: 'failing', answer, ...conditions('object.data.nothing == "x"') });
    await create();
    const check = '{kind="webhook",type="validating",operation="CREATE"} 1';
    expect(await metricsOf('left')).toContain(`match_condition_exclusions_total${check}`);
    expect(await metricsOf('failing')).toContain(`match_condition_evaluation_errors_total${check}`);
  });

  test('tell how long plugins and steps take', async () => {
    await create();
    const { text } = await server.call('GET', '/metrics');
    expect(text).toMatch(
      /^apiserver_admission_step_admission_duration_seconds_count\{type="admit",operation="CREATE",rejected="false"\} \d+$/m,
    );
    const plugin = /^apiserver_admission_controller_admission_duration_seconds_count\{name="NamespaceLifecycle",type="admit",.*\} \d+$/m;
    expect(text).toMatch(plugin);
  });
});
