import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { SqliteStorage } from '../../../src/kubernetes/storage/sqlite/sqlite-storage.ts';
import { type Answer, startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { CRONTAB_SCHEMA, crontabs, crontabVersion } from '../../support/crontab.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const MERGE = { 'content-type': 'application/merge-patch+json' };

// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of every kind
type Any = any;

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** A definition of a group and names of its own. */
function definition(group: string, names: Any, spec: object = {}, metadata: object = {}): Any {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}`, ...metadata },
    spec: { group, scope: 'Namespaced', names, versions: [crontabVersion('v1', { storage: true })], ...spec },
  };
}

const create = (body: object): Promise<Answer> => server.call('POST', CRDS, { body });
const conditionsOf = async (name: string): Promise<string[]> => {
  const { body } = await server.call('GET', `${CRDS}/${name}`);
  return (body.status?.conditions ?? []).map(({ type, status, reason, message }: Any) => `${type}=${status} ${reason}: ${message}`);
};

test('names that are taken are not given twice, and are free again when their definition goes', async () => {
  const group = 'names.example.com';
  await create(definition(group, { plural: 'ones', kind: 'One', shortNames: ['o'] }));
  await vi.waitFor(async () => expect(await conditionsOf(`ones.${group}`)).toContainEqual(expect.stringContaining('Established=True')));
  await create(definition(group, { plural: 'twos', kind: 'One', listKind: 'TwoList', shortNames: ['o'] }));
  await vi.waitFor(async () =>
    expect(await conditionsOf(`twos.${group}`)).toEqual([
      'NamesAccepted=False KindConflict: "One" is already in use',
      'Established=False NotAccepted: not all names are accepted',
    ]),
  );
  expect((await server.call('GET', `${CRDS}/twos.${group}`)).body.status.acceptedNames).toEqual({
    plural: 'twos',
    kind: '',
    listKind: 'TwoList',
  });
  expect((await server.call('GET', `/apis/${group}/v1/twos`)).code).toBe(404);
  await server.call('DELETE', `${CRDS}/ones.${group}`);
  await vi.waitFor(async () => expect((await server.call('GET', `/apis/${group}/v1/twos`)).code).toBe(200));
  expect((await conditionsOf(`twos.${group}`))[0]).toBe('NamesAccepted=True NoConflicts: no conflicts found');
});

test('groups of Kubernetes need an approval', async () => {
  const names = { plural: 'widgets', kind: 'Widget' };
  const group = 'widgets.k8s.io';
  const annotations = (value: string) => ({ annotations: { 'api-approved.kubernetes.io': value } });
  const { code, body } = await create(definition(group, names));
  expect(code).toBe(422);
  expect(body.message).toContain(
    'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
  );
  expect((await create(definition(group, names, {}, annotations('not a link')))).code).toBe(422);
  expect((await create(definition(group, names, {}, annotations('unapproved, just testing')))).code).toBe(201);
  await vi.waitFor(async () =>
    expect(await conditionsOf(`widgets.${group}`)).toContainEqual(
      expect.stringContaining('KubernetesAPIApprovalPolicyConformant=False UnapprovedAnnotation'),
    ),
  );
});

test('a definition waits for objects that wait for somebody', async () => {
  const group = 'waiting.example.com';
  const path = `/apis/${group}/v1/namespaces/default/things`;
  await create(definition(group, { plural: 'things', kind: 'Thing' }));
  await vi.waitFor(async () => expect((await server.call('GET', path)).code).toBe(200));
  const thing = { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'held', finalizers: ['example.com/held'] } };
  expect((await server.call('POST', path, { body: thing })).code).toBe(201);
  const { body } = await server.call('DELETE', `${CRDS}/things.${group}`);
  expect(body.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
  await vi.waitFor(async () =>
    expect(await conditionsOf(`things.${group}`)).toContainEqual(
      'Terminating=True InstanceDeletionInProgress: CustomResource deletion is in progress',
    ),
  );
  await vi.waitFor(async () => expect((await server.call('GET', `${path}/held`)).body.metadata.deletionTimestamp).toBeDefined());
  const refused = await server.call('POST', path, { body: { ...thing, metadata: { name: 'late' } } });
  expect(refused.code).toBe(403);
  expect(refused.body.message).toBe(
    `things.${group} "late" is forbidden: create not allowed while custom resource definition is terminating`,
  );
  await server.call('PATCH', `${path}/held`, { body: { metadata: { finalizers: null } }, headers: MERGE });
  await vi.waitFor(async () => expect((await server.call('GET', `${CRDS}/things.${group}`)).code).toBe(404), { timeout: 10_000 });
  expect((await server.call('GET', path)).code).toBe(404);
});

test('scale and status change nothing else', async () => {
  const group = 'scale.example.com';
  const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.labelSelector' };
  const versions = [crontabVersion('v1', { storage: true, subresources: { status: {}, scale } })];
  const path = `/apis/${group}/v1/namespaces/default/jobs`;
  await create(definition(group, { plural: 'jobs', kind: 'ScaledJob' }, { versions }));
  await vi.waitFor(async () => expect((await server.call('GET', path)).code).toBe(200));
  const job = { apiVersion: `${group}/v1`, kind: 'ScaledJob', metadata: { name: 'a' }, spec: { replicas: 2 }, status: { replicas: 9 } };
  const { body: created } = await server.call('POST', path, { body: job });
  expect(created).not.toHaveProperty('status');

  const status = { ...created, spec: { replicas: 5 }, status: { replicas: 1, labelSelector: 'a=b' } };
  const { body: updated } = await server.call('PUT', `${path}/a/status`, { body: status });
  expect(updated).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 2 }, status: { replicas: 1 } });

  const { body: read } = await server.call('GET', `${path}/a/scale`);
  expect(read).toMatchObject({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name: 'a', namespace: 'default', uid: created.metadata.uid },
    spec: { replicas: 2 },
    status: { replicas: 1, selector: 'a=b' },
  });
  const scaled = await server.call('PATCH', `${path}/a/scale`, { body: { spec: { replicas: 7 } }, headers: MERGE });
  expect(scaled.body.spec).toEqual({ replicas: 7 });
  const { body: after } = await server.call('GET', `${path}/a`);
  expect(after).toMatchObject({ metadata: { generation: 2 }, spec: { replicas: 7 }, status: { replicas: 1 } });
  const refused = await server.call('PATCH', `${path}/a/scale`, { body: { spec: { replicas: -1 } }, headers: MERGE });
  expect(refused.code).toBe(422);
  const many = await server.call('PATCH', `${path}/a/scale`, { body: { spec: { replicas: 11 } }, headers: MERGE });
  expect(many.code).toBe(422);
  expect(many.body.message).toContain('spec.replicas in body should be less than or equal to 10');
});

test('columns, short names and categories are what the definition says', async () => {
  const group = 'columns.example.com';
  const path = `/apis/${group}/v1/namespaces/default/rows`;
  const columns = [
    { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas', description: 'How many.' },
    { name: 'Image', type: 'string', jsonPath: '.spec.image', priority: 1 },
    { name: 'Old', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    { name: 'None', type: 'string', jsonPath: '.spec.nothing' },
  ];
  const versions = [crontabVersion('v1', { storage: true, additionalPrinterColumns: columns })];
  await create(definition(group, { plural: 'rows', kind: 'Row', shortNames: ['rw'], categories: ['all', 'mine'] }, { versions }));
  await vi.waitFor(async () => expect((await server.call('GET', path)).code).toBe(200));
  await server.call('POST', path, { body: { apiVersion: `${group}/v1`, kind: 'Row', metadata: { name: 'a' }, spec: { image: 'i' } } });
  const { body } = await server.call('GET', path, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } });
  expect(body.columnDefinitions.map(({ name, type, priority }: Any) => [name, type, priority])).toEqual([
    ['Name', 'string', 0],
    ['Replicas', 'integer', 0],
    ['Image', 'string', 1],
    ['Old', 'date', 0],
    ['None', 'string', 0],
  ]);
  expect(body.rows[0].cells).toEqual(['a', 1, 'i', expect.stringMatching(/^\d+s$/), null]);
  const { body: discovered } = await server.call('GET', `/apis/${group}/v1`);
  expect(discovered.resources[0]).toMatchObject({ name: 'rows', shortNames: ['rw'], categories: ['all', 'mine'] });
});

test('fields that a version names are selected, in lists and watches', async () => {
  const group = 'fields.example.com';
  const path = `/apis/${group}/v1/namespaces/default/picks`;
  const versions = [
    crontabVersion('v1', { storage: true, selectableFields: [{ jsonPath: '.spec.image' }, { jsonPath: '.spec.replicas' }] }),
  ];
  await create(definition(group, { plural: 'picks', kind: 'Pick' }, { versions }));
  await vi.waitFor(async () => expect((await server.call('GET', path)).code).toBe(200));
  for (const [name, image] of [
    ['a', 'x'],
    ['b', 'y'],
  ] as const) {
    await server.call('POST', path, { body: { apiVersion: `${group}/v1`, kind: 'Pick', metadata: { name }, spec: { image } } });
  }
  const namesOf = async (selector: string) =>
    (await server.call('GET', `${path}?fieldSelector=${encodeURIComponent(selector)}`)).body.items.map(
      ({ metadata }: Any) => metadata.name,
    );
  expect(await namesOf('spec.image=x')).toEqual(['a']);
  expect(await namesOf('spec.image!=x')).toEqual(['b']);
  expect(await namesOf('spec.replicas=1,metadata.name=b')).toEqual(['b']);
  expect((await server.call('GET', `${path}?fieldSelector=spec.cronSpec%3Dx`)).body.message).toBe(
    'field label not supported: spec.cronSpec',
  );
});

test('a server that starts again serves what was there', async () => {
  const storage = await SqliteStorage.open(':memory:', systemClock);
  const lasting = new Proxy(storage, {
    get: (target, name) => {
      // Only the test closes what both servers use.
      if (name === 'close') return async () => {};
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const path = '/apis/stable.example.com/v1/namespaces/default/crontabs';
  const rule = { 'x-kubernetes-validations': [{ rule: "!has(self.spec.image) || self.spec.image != 'bad'" }] };
  {
    await using first = await startApiServer({ storage: lasting });
    await first.call('POST', CRDS, { body: crontabs({}, { schema: { openAPIV3Schema: { ...CRONTAB_SCHEMA, ...rule } } }) });
    await vi.waitFor(async () => expect((await first.call('GET', path)).code).toBe(200));
    const body = { apiVersion: 'stable.example.com/v1', kind: 'CronTab', metadata: { name: 'kept' }, spec: { image: 'a' } };
    expect((await first.call('POST', path, { body })).code).toBe(201);
  }
  await using second = await startApiServer({ storage: lasting });
  const { code, body } = await second.call('GET', `${path}/kept`);
  expect(code).toBe(200);
  expect(body.spec).toEqual({ image: 'a', replicas: 1 });
  const bad = await second.call('PATCH', `${path}/kept`, { body: { spec: { image: 'bad' } }, headers: MERGE });
  expect(bad.code).toBe(422);
  await storage.close();
});
