import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { CRONTAB_SCHEMA, crontabs } from '../../support/crontab.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const NAME = 'crontabs.stable.example.com';
const OBJECTS = '/apis/stable.example.com/v1/namespaces/default/crontabs';
const MERGE = { 'content-type': 'application/merge-patch+json' };

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
});
afterAll(() => server[Symbol.asyncDispose]());

async function established(name: string): Promise<void> {
  await expect
    .poll(
      async () =>
        (await server.call('GET', `${CRDS}/${name}`)).body.status?.conditions?.find((c: { type: string }) => c.type === 'Established')
          ?.status,
    )
    .toBe('True');
}

const crontab = (name: string, spec: object = {}, rest: object = {}) => ({
  apiVersion: 'stable.example.com/v1',
  kind: 'CronTab',
  metadata: { name },
  spec: { cronSpec: '* * * * */5', image: 'my-awesome-cron-image', ...spec },
  ...rest,
});

test('a definition is established, its objects are served', async () => {
  expect((await server.call('POST', CRDS, { body: crontabs() })).code).toBe(201);
  await established(NAME);
  const { body: crd } = await server.call('GET', `${CRDS}/${NAME}`);
  expect(crd.status.acceptedNames).toEqual({
    plural: 'crontabs',
    singular: 'crontab',
    kind: 'CronTab',
    listKind: 'CronTabList',
    shortNames: ['ct'],
    categories: ['all'],
  });
  expect(crd.status.conditions).toMatchObject([
    { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
    { type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' },
  ]);
  expect(crd.status.storedVersions).toEqual(['v1']);

  const created = await server.call('POST', OBJECTS, { body: crontab('one') });
  expect(created.code).toBe(201);
  expect(created.body).toMatchObject({ kind: 'CronTab', metadata: { name: 'one', generation: 1 }, spec: { replicas: 1 } });
  const { body: list } = await server.call('GET', OBJECTS);
  expect(list).toMatchObject({ kind: 'CronTabList', apiVersion: 'stable.example.com/v1' });
  expect(list.items).toEqual([created.body]);
});

test('discovery lists it', async () => {
  const { body: group } = await server.call('GET', '/apis/stable.example.com');
  expect(group).toMatchObject({ kind: 'APIGroup', versions: [{ version: 'v1' }] });
  const { body } = await server.call('GET', '/apis/stable.example.com/v1');
  expect(body.resources).toMatchObject([
    { name: 'crontabs', singularName: 'crontab', namespaced: true, kind: 'CronTab', shortNames: ['ct'], categories: ['all'] },
  ]);
  await expect
    .poll(async () => (await server.call('GET', '/apis/apiregistration.k8s.io/v1/apiservices/v1.stable.example.com')).code)
    .toBe(200);
});

test('objects are checked by the schema', async () => {
  const { code, body } = await server.call('POST', OBJECTS, { body: crontab('bad', { cronSpec: '* * * *', replicas: 15 }) });
  expect(code).toBe(422);
  expect(body.details.causes.map(({ field }: { field: string }) => field).sort()).toEqual(['spec.cronSpec', 'spec.replicas']);
});

test('unknown fields are dropped, and refused by who is strict', async () => {
  const body = crontab('odd', { cronSpecs: 'x' }, { extra: 1 });
  const strict = await server.call('POST', `${OBJECTS}?fieldValidation=Strict`, { body });
  expect(strict.code).toBe(400);
  expect(strict.body.message).toBe(
    'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "extra", unknown field "spec.cronSpecs"',
  );
  const warned = await server.call('POST', OBJECTS, { body });
  expect(warned.code).toBe(201);
  expect(warned.headers.warning).toContain('unknown field \\"extra\\"');
  expect(warned.body.spec).not.toHaveProperty('cronSpecs');
  expect(warned.body).not.toHaveProperty('extra');
});

test('updates count generations and must name a version', async () => {
  const { body } = await server.call('GET', `${OBJECTS}/one`);
  const changed = await server.call('PUT', `${OBJECTS}/one`, { body: { ...body, spec: { ...body.spec, image: 'other' } } });
  expect(changed.body.metadata.generation).toBe(2);
  const { resourceVersion: _, ...metadata } = body.metadata;
  const blind = await server.call('PUT', `${OBJECTS}/one`, { body: { ...body, metadata } });
  expect(blind.code).toBe(422);
  expect(blind.body.message).toContain('metadata.resourceVersion: Invalid value: 0: must be specified for an update');
});

test('patches: JSON, merge and apply, not strategic', async () => {
  const merged = await server.call('PATCH', `${OBJECTS}/one`, { body: { spec: { replicas: 3 } }, headers: MERGE });
  expect(merged.body.spec.replicas).toBe(3);
  const json = [{ op: 'replace', path: '/spec/replicas', value: 4 }];
  const patched = await server.call('PATCH', `${OBJECTS}/one`, { body: json, headers: { 'content-type': 'application/json-patch+json' } });
  expect(patched.body.spec.replicas).toBe(4);
  const strategic = { 'content-type': 'application/strategic-merge-patch+json' };
  const refused = await server.call('PATCH', `${OBJECTS}/one`, { body: {}, headers: strategic });
  expect(refused.code).toBe(415);
  const apply = { 'content-type': 'application/apply-patch+yaml' };
  const config = { apiVersion: 'stable.example.com/v1', kind: 'CronTab', metadata: { name: 'applied' }, spec: { image: 'a' } };
  const applied = await server.call('PATCH', `${OBJECTS}/applied?fieldManager=me`, { body: config, headers: apply });
  expect(applied.code).toBe(201);
  expect(applied.body.metadata.managedFields[0].fieldsV1).toEqual({ 'f:spec': { 'f:image': {} } });
  const other = { ...config, spec: { image: 'b' } };
  const conflict = await server.call('PATCH', `${OBJECTS}/applied?fieldManager=you`, { body: other, headers: apply });
  expect(conflict.code).toBe(409);
});

test('a changed schema holds at once; what was invalid before may stay', async () => {
  // biome-ignore lint/suspicious/noExplicitAny: a schema may have anything in it
  const spec: any = structuredClone(CRONTAB_SCHEMA);
  spec.properties.spec.properties.image = { type: 'string', maxLength: 3 };
  const { body: crd } = await server.call('GET', `${CRDS}/${NAME}`);
  crd.spec.versions[0].schema.openAPIV3Schema = spec;
  expect((await server.call('PUT', `${CRDS}/${NAME}`, { body: crd })).code).toBe(200);
  expect((await server.call('POST', OBJECTS, { body: crontab('long') })).code).toBe(422);
  const kept = await server.call('PATCH', `${OBJECTS}/one`, { body: { spec: { replicas: 5 } }, headers: MERGE });
  expect(kept.code).toBe(200);
});

test('tables show the name and age', async () => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
  const { body } = await server.call('GET', OBJECTS, { headers: { accept } });
  expect(body.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual(['Name', 'Age']);
  expect(body.rows[0].cells[0]).toBe('applied');
});

test('a deleted definition takes its objects along', async () => {
  const { code, body } = await server.call('DELETE', `${CRDS}/${NAME}`);
  expect(code).toBe(200);
  expect(body.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io']);
  await expect.poll(async () => (await server.call('GET', `${CRDS}/${NAME}`)).code).toBe(404);
  expect((await server.call('GET', OBJECTS)).code).toBe(404);
  expect((await server.call('GET', '/apis/stable.example.com')).code).toBe(404);
  expect((await server.storage.list({ prefix: '/registry/stable.example.com/', limit: 0 })).items).toEqual([]);
});
