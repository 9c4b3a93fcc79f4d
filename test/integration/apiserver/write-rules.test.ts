import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const CORE = '/api/v1/namespaces/default';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };
let server: TestApiServer;

beforeAll(async () => {
  server = await startApiServer();
  await post(`${CORE}/serviceaccounts`, { metadata: { name: 'default' } });
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string) => server.call('GET', path);
const post = (path: string, body: unknown) => server.call('POST', path, { body });
const put = (path: string, body: unknown) => server.call('PUT', path, { body });
const merge = (path: string, body: unknown) => server.call('PATCH', path, { body, headers: MERGE });

const RULES = '/apis/rbac.authorization.k8s.io/v1';
const subject = { roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' } };

describe('a PUT of what is not there', () => {
  test.each([
    [`${CORE}/endpoints`, {}],
    [`${CORE}/events`, { involvedObject: { namespace: 'default', kind: 'Pod', name: 'p' } }],
    [`${CORE}/limitranges`, { spec: { limits: [] } }],
    [`${CORE}/services`, { spec: { ports: [{ port: 80 }] } }],
    ['/apis/coordination.k8s.io/v1/namespaces/default/leases', { spec: {} }],
    ['/apis/node.k8s.io/v1/runtimeclasses', { handler: 'runc' }],
    [`${RULES}/clusterroles`, { rules: [] }],
    [`${RULES}/clusterrolebindings`, subject],
    [`${RULES}/namespaces/default/roles`, { rules: [] }],
    [`${RULES}/namespaces/default/rolebindings`, subject],
  ])('creates it: %s', async (path, body) => {
    const made = await put(`${path}/put-new`, { metadata: { name: 'put-new', resourceVersion: '7' }, ...body });
    expect(made).toMatchObject({ code: 201, body: { metadata: { name: 'put-new', uid: expect.any(String) } } });
    expect(made.body.metadata.managedFields?.[0]?.operation ?? 'Update').toBe('Update');
    expect((await get(`${path}/put-new`)).body).toEqual(made.body);
  });

  test.each([
    [`${CORE}/configmaps`, 'configmaps'],
    [`${CORE}/secrets`, 'secrets'],
    [`${CORE}/serviceaccounts`, 'serviceaccounts'],
    ['/apis/scheduling.k8s.io/v1/priorityclasses', 'priorityclasses.scheduling.k8s.io'],
  ])('is refused: %s', async (path, plural) => {
    const refused = await put(`${path}/put-new`, { metadata: { name: 'put-new', uid: 'x' } });
    expect(refused).toMatchObject({ code: 404, body: { message: `${plural} "put-new" not found` } });
  });

  test('a dry run creates nothing', async () => {
    expect((await put(`${CORE}/endpoints/dry?dryRun=All`, { metadata: { name: 'dry' } })).code).toBe(201);
    expect((await get(`${CORE}/endpoints/dry`)).code).toBe(404);
  });

  test('another uid is a precondition that fails', async () => {
    expect((await put(`${CORE}/endpoints/other`, { metadata: { name: 'other', uid: 'u' } })).body.message).toBe(
      'Operation cannot be fulfilled on endpoints "other": StorageError: invalid object, Code: 4, Key: /registry/services/endpoints/default/other, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: u, UID in object meta: ',
    );
  });

  test('a status that is not there is not created', async () => {
    expect((await put(`${CORE}/services/none/status`, { metadata: { name: 'none' }, spec: {} })).code).toBe(404);
  });
});

describe('who may update but not create', () => {
  const rules = [{ apiGroups: ['', 'coordination.k8s.io'], resources: ['leases', 'configmaps'], verbs: ['get', 'update', 'patch'] }];
  const impersonate = { 'impersonate-user': 'jane' };
  beforeAll(async () => {
    await post(`${RULES}/namespaces/default/roles`, { metadata: { name: 'changer' }, rules });
    await post(`${RULES}/namespaces/default/rolebindings`, {
      metadata: { name: 'changer' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'changer' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
    });
  });

  test('cannot create by PUT', async () => {
    const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases/janes';
    const answer = await server.call('PUT', path, { body: { metadata: { name: 'janes' }, spec: {} }, headers: impersonate });
    expect(answer.code).toBe(403);
    expect(answer.body.message).toContain(
      'User "jane" cannot create resource "leases" in API group "coordination.k8s.io" in the namespace "default"',
    );
  });

  test('cannot create by apply', async () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'janes' } };
    const headers = { ...impersonate, 'content-type': 'application/apply-patch+yaml' };
    const path = `${CORE}/configmaps/janes?fieldManager=jane`;
    expect((await server.call('PATCH', path, { body, headers })).body.message).toContain('User "jane" cannot create resource "configmaps"');
    await post(`${CORE}/configmaps`, body);
    expect((await server.call('PATCH', path, { body, headers })).code).toBe(200);
  });
});

describe('versions and uids', () => {
  const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  beforeAll(async () => {
    await post(`${CORE}/configmaps`, { metadata: { name: 'v' } });
    await post(`${CORE}/serviceaccounts`, { metadata: { name: 'v' } });
    await post(LEASES, { metadata: { name: 'v' }, spec: {} });
  });

  test('no version, or zero, is the present one where a kind allows that', async () => {
    for (const resourceVersion of [undefined, '', '0']) {
      expect((await put(`${CORE}/configmaps/v`, { metadata: { name: 'v', resourceVersion } })).code).toBe(200);
      expect((await put(`${CORE}/serviceaccounts/v`, { metadata: { name: 'v', resourceVersion } })).code).toBe(200);
    }
  });

  test.each([undefined, '', '0'])('leases insist on a version: %j', async (resourceVersion) => {
    expect(await put(`${LEASES}/v`, { metadata: { name: 'v', resourceVersion }, spec: {} })).toMatchObject({
      code: 422,
      body: {
        message: 'leases.coordination.k8s.io "v" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
        details: { kind: 'leases', group: 'coordination.k8s.io' },
      },
    });
  });

  test('a patch that takes the version away is as blind', async () => {
    expect((await merge(`${LEASES}/v`, { metadata: { resourceVersion: null } })).code).toBe(422);
    expect((await merge(`${LEASES}/v`, { metadata: { labels: { a: 'b' } } })).code).toBe(200);
    expect((await merge(`${CORE}/configmaps/v`, { metadata: { resourceVersion: null } })).code).toBe(200);
  });

  test('apply needs no version', async () => {
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'v' }, spec: { holderIdentity: 'me' } };
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    expect((await server.call('PATCH', `${LEASES}/v?fieldManager=me`, { body, headers })).code).toBe(200);
  });

  test('a version that is no number', async () => {
    const answer = await put(`${CORE}/configmaps/v`, { metadata: { name: 'v', resourceVersion: 'abc' } });
    expect(answer).toMatchObject({ code: 500, body: { message: 'strconv.ParseUint: parsing "abc": invalid syntax' } });
    expect(answer.body.reason).toBeUndefined();
  });

  test('a version that is no longer the present one', async () => {
    for (const answer of [
      await put(`${CORE}/configmaps/v`, { metadata: { name: 'v', resourceVersion: '1' } }),
      await merge(`${CORE}/configmaps/v`, { metadata: { resourceVersion: '1' } }),
    ]) {
      expect(answer).toMatchObject({ code: 409, body: { reason: 'Conflict' } });
      expect(answer.body.message).toContain('the object has been modified; please apply your changes to the latest version and try again');
    }
  });

  test('another uid: a precondition of a PUT, a change that a PATCH may not make', async () => {
    const { uid } = (await get(`${CORE}/configmaps/v`)).body.metadata;
    expect(await put(`${CORE}/configmaps/v`, { metadata: { name: 'v', uid: 'x' } })).toMatchObject({
      code: 409,
      body: {
        message: `Operation cannot be fulfilled on configmaps "v": StorageError: invalid object, Code: 4, Key: /registry/configmaps/default/v, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: x, UID in object meta: ${uid}`,
      },
    });
    expect(await merge(`${CORE}/configmaps/v`, { metadata: { uid: 'x' } })).toMatchObject({
      code: 422,
      body: { message: 'ConfigMap "v" is invalid: metadata.uid: Invalid value: "x": field is immutable' },
    });
  });

  test('many patches of one object, none of which names a version, all count', async () => {
    const values = Array.from({ length: 12 }, (_, i) => `k${i}`);
    const patches = values.map((key) => [{ op: 'add', path: `/metadata/annotations/${key}`, value: key }]);
    await merge(`${LEASES}/v`, { metadata: { annotations: { first: 'x' } } });
    const codes = await Promise.all(patches.map((body) => server.call('PATCH', `${LEASES}/v`, { body, headers: JSON_PATCH })));
    expect(new Set(codes.map(({ code }) => code))).toEqual(new Set([200]));
    expect(Object.keys((await get(`${LEASES}/v`)).body.metadata.annotations)).toEqual(expect.arrayContaining(values));
  });
});

describe('names and namespaces', () => {
  beforeAll(() => post(`${CORE}/configmaps`, { metadata: { name: 'n' } }));

  test.each([
    [{}, 'the name of the object (n based on URL) was undeterminable: name must be provided'],
    [{ name: 'm' }, 'the name of the object (m) does not match the name on the URL (n)'],
    [{ name: 'm', namespace: 'other' }, 'the namespace of the provided object does not match the namespace sent on the request'],
  ])('PUT %j', async (metadata, message) => {
    expect(await put(`${CORE}/configmaps/n`, { metadata })).toMatchObject({ code: 400, body: { message } });
  });

  test('a patch cannot move an object', async () => {
    expect(await merge(`${CORE}/configmaps/n`, { metadata: { namespace: 'other' } })).toMatchObject({
      code: 400,
      body: { message: 'the namespace of the provided object does not match the namespace sent on the request' },
    });
  });

  test('a name that is taken, of an object that could have had a generated one', async () => {
    expect(await post(`${CORE}/configmaps`, { metadata: { name: 'n', generateName: 'n-' } })).toMatchObject({
      code: 409,
      body: {
        reason: 'AlreadyExists',
        message: 'configmaps "n" already exists, the server was not able to generate a unique name for the object',
        details: { name: 'n', kind: 'configmaps', retryAfterSeconds: 1 },
      },
      headers: { 'retry-after': '1' },
    });
  });

  test('a name that is taken by what is being deleted', async () => {
    await post(`${CORE}/configmaps`, { metadata: { name: 'going', finalizers: ['example.com/hold'] } });
    await server.call('DELETE', `${CORE}/configmaps/going`);
    expect((await post(`${CORE}/configmaps`, { metadata: { name: 'going' } })).body).toMatchObject({
      reason: 'AlreadyExists',
      message: 'object is being deleted: configmaps "going" already exists',
    });
  });

  test('a version of an object that is created', async () => {
    expect((await post(`${CORE}/configmaps`, { metadata: { name: 'rv0', resourceVersion: '0' } })).code).toBe(201);
    expect(await post(`${CORE}/configmaps`, { metadata: { name: 'rv1', resourceVersion: '1' } })).toMatchObject({
      code: 500,
      body: { message: 'resourceVersion should not be set on objects to be created' },
    });
  });
});

describe('deletes', () => {
  const remove = (path: string, body?: unknown) => server.call('DELETE', path, { body });
  const pod = (name: string, nodeName?: string) => ({ metadata: { name }, spec: { nodeName, containers: [{ name: 'c', image: 'i' }] } });

  test.each([
    ['?orphanDependents=true&propagationPolicy=Foreground', undefined],
    ['', { orphanDependents: true, propagationPolicy: 'Foreground' }],
  ])('two answers to one question: %s %j', async (query, body) => {
    expect(await remove(`${CORE}/configmaps/x${query}`, body)).toMatchObject({
      code: 422,
      body: {
        message:
          'DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Invalid value: "Foreground": orphanDependents and deletionPropagation cannot be both set',
      },
    });
  });

  test('a pod without grace is marked before it goes', async () => {
    const { body: created } = await post(`${CORE}/pods`, pod('marked'));
    const { code, body } = await remove(`${CORE}/pods/marked`);
    expect(code).toBe(200);
    expect(body).toMatchObject({
      kind: 'Pod',
      metadata: { uid: created.metadata.uid, deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 0, generation: 2 },
    });
    expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(Number(created.metadata.resourceVersion));
    const watch = `${CORE}/pods?watch=1&timeoutSeconds=1&fieldSelector=metadata.name=marked&resourceVersion=${created.metadata.resourceVersion}`;
    const types = (await get(watch)).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).type);
    expect(types).toEqual(['MODIFIED', 'DELETED']);
  });

  test('a dry run shows how the pod would wait, and leaves it', async () => {
    await post(`${CORE}/pods`, pod('dry', 'some-node'));
    const { body } = await remove(`${CORE}/pods/dry?dryRun=All&gracePeriodSeconds=-1`);
    expect(body.metadata).toMatchObject({ deletionTimestamp: expect.any(String), deletionGracePeriodSeconds: 1 });
    expect((await get(`${CORE}/pods/dry`)).body.metadata.deletionTimestamp).toBeUndefined();
  });

  test('preconditions', async () => {
    const { body } = await post(`${CORE}/configmaps`, { metadata: { name: 'pre' } });
    const { uid, resourceVersion } = body.metadata;
    expect((await remove(`${CORE}/configmaps/pre`, { preconditions: { resourceVersion: '1' } })).body.message).toBe(
      `Operation cannot be fulfilled on ConfigMap "pre": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
    expect((await remove(`${CORE}/configmaps/pre`, { preconditions: { uid, resourceVersion } })).code).toBe(200);
    expect((await remove('/api/v1/namespaces/default', { preconditions: { uid: 'x' } })).body.message).toMatch(
      /^Operation cannot be fulfilled on namespaces "default": Precondition failed: UID in precondition: x, UID in object meta: /,
    );
  });

  test('jobs and replication controllers leave their pods, unless told otherwise', async () => {
    const template = { metadata: { labels: { a: 'b' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
    const jobs = '/apis/batch/v1/namespaces/default/jobs';
    for (const name of ['one', 'two']) await post(jobs, { metadata: { name }, spec: { template } });
    const orphaning = await remove(`${jobs}/one`);
    expect(orphaning.body.metadata.finalizers).toEqual(['orphan']);
    expect(orphaning.headers.warning).toContain('child pods are preserved by default when jobs are deleted');
    const background = await remove(`${jobs}/two?propagationPolicy=Background`);
    expect(background.body).toMatchObject({ kind: 'Status', status: 'Success' });
    expect(background.headers.warning).toBeUndefined();
    await post(`${CORE}/replicationcontrollers`, {
      metadata: { name: 'one' },
      spec: { template: { ...template, spec: { ...template.spec, restartPolicy: 'Always' } } },
    });
    expect((await remove(`${CORE}/replicationcontrollers/one`)).body.metadata.finalizers).toEqual(['orphan']);
  });

  test('a collection by a selector; a dry run of it leaves everything', async () => {
    for (const name of ['c1', 'c2', 'c3'])
      await post(`${CORE}/secrets`, { metadata: { name, labels: { set: name === 'c3' ? 'b' : 'a' } } });
    const names = (list: { items: { metadata: { name: string } }[] }) => list.items.map(({ metadata }) => metadata.name);
    expect(names((await remove(`${CORE}/secrets?labelSelector=set%3Da&dryRun=All`)).body)).toEqual(['c1', 'c2']);
    expect(names((await remove(`${CORE}/secrets?labelSelector=set%3Da`)).body)).toEqual(['c1', 'c2']);
    expect(names((await get(`${CORE}/secrets?labelSelector=set`)).body)).toEqual(['c3']);
  });
});

describe('scales', () => {
  const PATH = '/apis/apps/v1/namespaces/default/replicasets';
  beforeAll(async () => {
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
    await post(PATH, { metadata: { name: 'rs' }, spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, template } });
  });
  const scale = (metadata: object, replicas = 2) => put(`${PATH}/rs/scale`, { metadata: { name: 'rs', ...metadata }, spec: { replicas } });

  test('are taken without a version, and refused of an old one', async () => {
    expect((await scale({})).body.spec).toEqual({ replicas: 2 });
    const { resourceVersion, uid } = (await get(`${PATH}/rs`)).body.metadata;
    expect((await scale({ resourceVersion, uid }, 3)).code).toBe(200);
    expect((await scale({ resourceVersion }, 4)).body.message).toContain(
      'Operation cannot be fulfilled on replicasets.apps "rs": the object has been modified',
    );
  });

  test('name the object they are of', async () => {
    expect((await scale({ uid: 'x' })).body.message).toContain(
      'Operation cannot be fulfilled on replicasets.apps "rs": StorageError: invalid object, Code: 4, Key: /registry/replicasets/default/rs',
    );
    expect((await merge(`${PATH}/rs/scale`, { metadata: { uid: 'x' } })).body.message).toContain(
      'Operation cannot be fulfilled on replicasets/scale.apps "rs": Precondition failed: UID in precondition: x, UID in object meta: ',
    );
    expect((await scale({ namespace: 'other' })).body.message).toBe(
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  });
});
