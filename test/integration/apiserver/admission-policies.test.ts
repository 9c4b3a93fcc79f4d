import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const NAMESPACE = '/api/v1/namespaces/default';
const CONFIG_MAPS = { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'], operations: ['*'] };

let server: TestApiServer;
let count = 0;

beforeAll(async () => {
  server = await startApiServer({ config: { disableAdmissionPlugins: ['ServiceAccount'] } });
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(async () => {
  for (const kind of ['validatingadmissionpolicy', 'mutatingadmissionpolicy']) {
    await server.call('DELETE', `${GROUP}/${kind}bindings`);
    await server.call('DELETE', `${GROUP}/${kind.replace(/y$/, 'ies')}`);
  }
  await server.call('DELETE', `${NAMESPACE}/configmaps`);
});

const create = (data: Record<string, string> = {}, query = '') =>
  server.call('POST', `${NAMESPACE}/configmaps${query}`, { body: { metadata: { name: `c-${++count}` }, data } });

async function post(plural: string, body: object): Promise<void> {
  const { code, body: answer } = await server.call('POST', `${GROUP}/${plural}`, { body });
  expect([code, answer.message]).toEqual([201, undefined]);
}

/** A validating policy and its binding, both called `p`. */
async function forbid(spec: object, binding: object = {}): Promise<void> {
  await post('validatingadmissionpolicies', {
    metadata: { name: 'p' },
    spec: { matchConstraints: { resourceRules: [CONFIG_MAPS] }, ...spec },
  });
  await post('validatingadmissionpolicybindings', {
    metadata: { name: 'p' },
    spec: { policyName: 'p', validationActions: ['Deny'], ...binding },
  });
}

const refused = (message: string) =>
  `configmaps "c-${count}" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: ${message}`;

describe('validating policies', () => {
  test('deny what their expressions do not hold for', async () => {
    await forbid({ validations: [{ expression: "object.data.a == '1'", message: 'a must be 1' }] });
    expect((await create({ a: '1' })).code).toBe(201);
    expect(await create({ a: '2' })).toMatchObject({ code: 422, body: { reason: 'Invalid', message: refused('a must be 1') } });
    expect(await create({ b: '2' })).toMatchObject({
      code: 422,
      body: { message: refused("expression 'object.data.a == '1'' resulted in error: no such key: a") },
    });
  });

  test.each([
    { validation: {}, message: "failed expression: object.data.a == '1'" },
    { validation: { messageExpression: "'got ' + object.data.a" }, message: 'got 2' },
    { validation: { messageExpression: "'a\\nb'", message: 'plain' }, message: 'plain' },
    { validation: { messageExpression: 'string(object.data.nothing)', message: 'plain' }, message: 'plain' },
  ])('messages: $message', async ({ validation, message }) => {
    await forbid({ validations: [{ expression: "object.data.a == '1'", ...validation }] });
    expect((await create({ a: '2' })).body.message).toBe(refused(message));
  });

  test('reasons have their codes', async () => {
    await forbid({ validations: [{ expression: 'false', reason: 'Forbidden' }] });
    expect(await create()).toMatchObject({
      code: 403,
      body: { reason: 'Forbidden', details: { causes: [{ message: expect.any(String) }] } },
    });
  });

  test('errors are passed over where the policy says so', async () => {
    await forbid({ failurePolicy: 'Ignore', validations: [{ expression: "object.data.a == '1'" }] });
    expect((await create()).code).toBe(201);
  });

  test('variables, each of which later ones can use', async () => {
    const variables = [
      { name: 'size', expression: 'object.data.size()' },
      { name: 'limit', expression: 'variables.size + 1' },
    ];
    await forbid({
      variables,
      validations: [{ expression: 'variables.limit <= 2', messageExpression: "'limit ' + string(variables.limit)" }],
    });
    expect((await create({ a: '1' })).code).toBe(201);
    expect((await create({ a: '1', b: '2' })).body.message).toBe(refused('limit 3'));
  });

  test('old objects, the request, the namespace and who asks', async () => {
    const expression =
      "request.operation != 'UPDATE' || (oldObject.data.a != object.data.a && namespaceObject.metadata.name == 'default' && request.userInfo.username == 'admin' && authorizer.group('').resource('pods').check('create').allowed() && authorizer.requestResource.check('update').allowed())";
    await forbid({ validations: [{ expression }] });
    await create({ a: '1' });
    const change = (a: string) =>
      server.call('PATCH', `${NAMESPACE}/configmaps/c-${count}`, {
        body: { data: { a } },
        headers: { 'content-type': 'application/merge-patch+json' },
      });
    expect((await change('2')).code).toBe(200);
    expect((await change('2')).code).toBe(422);
  });

  test('deletes have an old object only', async () => {
    await forbid({ validations: [{ expression: "request.operation != 'DELETE' || (object == null && oldObject.data.a == 'free')" }] });
    await create({ a: 'free' });
    expect((await server.call('DELETE', `${NAMESPACE}/configmaps/c-${count}`)).code).toBe(200);
  });

  test('match conditions', async () => {
    await forbid({
      matchConditions: [{ name: 'x', expression: "has(object.data) && 'x' in object.data" }],
      validations: [{ expression: 'false' }],
    });
    expect((await create({ y: '' })).code).toBe(201);
    expect((await create({ x: '' })).code).toBe(422);
  });

  test('a binding narrows what the policy is about', async () => {
    await forbid({ validations: [{ expression: 'false' }] }, { matchResources: { objectSelector: { matchLabels: { strict: 'yes' } } } });
    expect((await create()).code).toBe(201);
    const body = { metadata: { name: `c-${++count}`, labels: { strict: 'yes' } } };
    expect((await server.call('POST', `${NAMESPACE}/configmaps`, { body })).code).toBe(422);
  });

  test('warnings instead of denials', async () => {
    await forbid({ validations: [{ expression: 'false', message: 'careful' }] }, { validationActions: ['Warn', 'Audit'] });
    const { code, headers } = await create();
    expect(code).toBe(201);
    expect(headers.warning).toBe(`299 - "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'p': careful"`);
  });

  test('an expression without end', async () => {
    const long = 'object.metadata.name.size() >= 0';
    const nested = Array.from({ length: 4 }, (_, i) => `lists.range(200).all(x${i}, `).join('') + long + ')'.repeat(4);
    await forbid({
      validations: [{ expression: nested.replaceAll('lists.range(200)', `[${Array.from({ length: 200 }, (_, i) => i).join(',')}]`) }],
    });
    expect((await create()).body.message).toMatch(/operation cancelled: actual cost limit exceeded$/);
  });
});

describe('parameters', () => {
  const withParam = (ref: object | undefined, kind = 'ConfigMap') =>
    forbid(
      {
        paramKind: { apiVersion: 'v1', kind },
        matchConditions: [{ name: 'others', expression: "!has(object.metadata.labels) || !('param' in object.metadata.labels)" }],
        validations: [
          { expression: 'params == null || object.data.size() <= int(params.data.max)', messageExpression: "'at most ' + params.data.max" },
        ],
      },
      ref ? { paramRef: ref } : {},
    );
  const param = (name: string, max: string) =>
    server.call('POST', `${NAMESPACE}/configmaps`, { body: { metadata: { name, labels: { param: 'yes' } }, data: { max } } });

  test('one by name', async () => {
    await param('one', '1');
    await withParam({ name: 'one', parameterNotFoundAction: 'Deny' });
    expect((await create({ a: '' })).code).toBe(201);
    expect((await create({ a: '', b: '' })).body.message).toBe(refused('at most 1'));
  });

  test('each of several by label', async () => {
    await param('one', '2');
    await param('two', '1');
    await withParam({ selector: { matchLabels: { param: 'yes' } }, parameterNotFoundAction: 'Deny' });
    expect((await create({ a: '' })).code).toBe(201);
    expect((await create({ a: '', b: '' })).code).toBe(422);
  });

  test.each([
    { action: 'Allow', code: 201 },
    { action: 'Deny', code: 422 },
  ])('none: $action', async ({ action, code }) => {
    await withParam({ name: 'none', parameterNotFoundAction: action });
    const answer = await create({ a: '' });
    expect(answer.code).toBe(code);
    if (code === 422) {
      expect(answer.body.message).toBe(
        refused('failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction'),
      );
    }
  });

  test('a binding without takes null', async () => {
    await withParam(undefined);
    expect((await create({ a: '', b: '' })).code).toBe(201);
  });

  test('a kind that is not served', async () => {
    await withParam({ name: 'one', parameterNotFoundAction: 'Deny' }, 'Nothing');
    expect((await create()).body.message).toBe(
      `configmaps "c-${count}" is forbidden: ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to find resource referenced by paramKind: 'v1, Kind=Nothing'`,
    );
  });
});

describe('mutating policies', () => {
  /** A mutating policy and its binding, both called `name`. */
  async function change(name: string, mutations: object[], spec: object = {}): Promise<void> {
    const matchConstraints = { resourceRules: [{ ...CONFIG_MAPS, operations: ['CREATE', 'UPDATE'], resources: ['configmaps', 'pods'] }] };
    const whole = { reinvocationPolicy: 'Never', matchConstraints, mutations, ...spec };
    await post('mutatingadmissionpolicies', { metadata: { name }, spec: whole });
    await post('mutatingadmissionpolicybindings', { metadata: { name }, spec: { policyName: name } });
  }
  const apply = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } });
  const patch = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

  test('configurations are merged', async () => {
    await change('a', [apply("Object{metadata: Object.metadata{labels: {'by': object.metadata.name}}, data: {'added': 'yes'}}")]);
    expect((await create({ a: '1' })).body).toMatchObject({ metadata: { labels: { by: `c-${count}` } }, data: { a: '1', added: 'yes' } });
  });

  test('items of lists are told apart by their keys', async () => {
    const added = "Object.spec.containers{name: 'added', image: 'i'}";
    const limited = "Object.spec.containers{name: 'c', imagePullPolicy: 'Never'}";
    await change('a', [apply(`Object{spec: Object.spec{containers: [${limited}, ${added}]}}`)]);
    const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x' }] } };
    const { body } = await server.call('POST', `${NAMESPACE}/pods?dryRun=All`, { body: pod });
    expect(body.spec.containers).toMatchObject([
      { name: 'c', image: 'x', imagePullPolicy: 'Never' },
      { name: 'added', image: 'i', imagePullPolicy: 'Always' },
    ]);
  });

  test('patches', async () => {
    await change('a', [
      patch("[JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('a/b'), value: 'x'}]"),
      patch("[JSONPatch{op: 'test', path: '/data/a', value: 'other'}, JSONPatch{op: 'remove', path: '/data/a'}]"),
      patch("[JSONPatch{op: 'add', path: '/metadata/labels', value: {'n': string(object.data.size())}}]"),
    ]);
    // A key with a slash is no key of a ConfigMap: what comes out is validated like everything else.
    expect((await create({ a: '1' })).code).toBe(422);
    await server.call('DELETE', `${GROUP}/mutatingadmissionpolicies/a`);
    await change('b', [
      patch("[JSONPatch{op: 'test', path: '/data/a', value: 'other'}, JSONPatch{op: 'remove', path: '/data/a'}]"),
      patch("[JSONPatch{op: 'add', path: '/metadata/labels', value: {'n': string(object.data.size())}}]"),
    ]);
    expect((await create({ a: '1' })).body).toMatchObject({ metadata: { labels: { n: '1' } }, data: { a: '1' } });
  });

  test('variables and the order of policies', async () => {
    const variables = [{ name: 'n', expression: "string(int(object.?data.?n.orValue('0')) + 1)" }];
    await change('a', [apply("Object{data: {'n': variables.n}}"), apply("Object{data: {'n': variables.n}}")], { variables });
    await change('b', [apply("Object{data: {'n': variables.n + '!'}}")], { variables });
    expect((await create()).body.data).toEqual({ n: '3!' });
  });

  test('who wants to be asked again is, once', async () => {
    const variables = [{ name: 'n', expression: "object.?data.?n.orValue('')" }];
    await change('a', [apply("Object{data: {'n': variables.n + 'a'}}")], { variables, reinvocationPolicy: 'IfNeeded' });
    await change('b', [apply("Object{data: {'n': variables.n + 'b'}}")], { variables });
    expect((await create()).body.data).toEqual({ n: 'aba' });
  });

  test.each([
    { expression: "Object{data: {'n': object.data.nothing}}", why: 'resulted in error: no such key: nothing' },
    {
      expression: "Object{unknown: 'x'}",
      why: 'error applying patch: failed to convert patch object to typed object: .unknown: field not declared in schema',
    },
  ])('errors: $why', async ({ expression, why }) => {
    await change('a', [apply(expression)]);
    const { code, body } = await create({ a: '1' });
    expect([code, body.reason]).toEqual([422, 'Invalid']);
    expect(body.message).toMatch(new RegExp(`^policy 'a' with binding 'a' denied request: .*${why.replace(/[.:]/g, '\\$&')}$`));
  });

  test('nothing atomic is replaced', async () => {
    await change('a', [apply("Object{spec: Object.spec{nodeSelector: {'a': 'b'}}}")]);
    const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x' }] } };
    expect((await server.call('POST', `${NAMESPACE}/pods?dryRun=All`, { body: pod })).body.message).toBe(
      "policy 'a' with binding 'a' denied request: error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.nodeSelector",
    );
  });

  test('errors are passed over where the policy says so', async () => {
    await change('a', [apply("Object{data: {'n': object.data.nothing}}")], { failurePolicy: 'Ignore' });
    expect((await create({ a: '1' })).code).toBe(201);
  });
});

test('custom resources are parameters and subjects like any other', async () => {
  const spec = { type: 'object', properties: { size: { type: 'integer' }, tags: { type: 'array', items: { type: 'string' } } } };
  const versions = [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }];
  const names = { plural: 'widgets', kind: 'Widget' };
  const definition = { metadata: { name: 'widgets.example.com' }, spec: { group: 'example.com', scope: 'Cluster', names, versions } };
  const widgets = '/apis/example.com/v1/widgets';
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: definition });
  await expect.poll(async () => (await server.call('GET', widgets)).code).toBe(200);
  const widget = (name: string, size: number) => ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name }, spec: { size } });
  expect((await server.call('POST', widgets, { body: widget('max', 3) })).code).toBe(201);

  const rule = { apiGroups: ['example.com'], apiVersions: ['v1'], resources: ['widgets'], operations: ['CREATE'] };
  const common = { matchConstraints: { resourceRules: [rule] }, paramKind: { apiVersion: 'example.com/v1', kind: 'Widget' } };
  const paramRef = { name: 'max', parameterNotFoundAction: 'Deny' };
  const applyConfiguration = { expression: 'Object{spec: Object.spec{size: params.spec.size + 1}}' };
  const mutation = { patchType: 'ApplyConfiguration', applyConfiguration };
  await post('mutatingadmissionpolicies', {
    metadata: { name: 'm' },
    spec: { ...common, mutations: [mutation], reinvocationPolicy: 'Never' },
  });
  await post('mutatingadmissionpolicybindings', { metadata: { name: 'm' }, spec: { policyName: 'm', paramRef } });
  await forbid(
    { ...common, validations: [{ expression: 'object.spec.size <= params.spec.size', messageExpression: 'string(object.spec.size)' }] },
    { paramRef },
  );
  expect((await server.call('POST', widgets, { body: widget('small', 1) })).body.message).toBe(
    "widgets.example.com \"small\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: 4",
  );
});

test('metrics say what became of the expressions of a policy', async () => {
  const spec = { matchConstraints: { resourceRules: [CONFIG_MAPS] }, validations: [{ expression: "object.data.a == '1'" }] };
  const matchConditions = [{ name: 'not-b', expression: '!has(object.data.b)' }];
  await post('validatingadmissionpolicies', { metadata: { name: 'metered' }, spec: { ...spec, matchConditions } });
  await post('validatingadmissionpolicybindings', {
    metadata: { name: 'bound' },
    spec: { policyName: 'metered', validationActions: ['Deny', 'Audit'] },
  });
  await create({ a: '1' });
  await create({ a: '2' });
  await create({ c: '2' });
  await create({ b: '2' });
  const { text } = await server.call('GET', '/metrics');
  const counted = (error: string, action: string) =>
    `apiserver_validating_admission_policy_check_total{policy="metered",policy_binding="bound",error_type="${error}",enforcement_action="${action}"} 1`;
  for (const action of ['deny', 'audit']) {
    for (const error of ['no_error', 'invalid_error']) expect(text).toContain(counted(error, action));
  }
  const excluded =
    'apiserver_admission_match_condition_exclusions_total{name="metered",kind="policy",type="validate",operation="CREATE"} 1';
  expect(text).toContain(excluded);
});
