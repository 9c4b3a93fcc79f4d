import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { crontabs } from '../../support/crontab.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const DEFINITION = 'com.example.stable.v1.CronTab';

const SCHEMA = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['port', 'maybe'],
      properties: {
        port: { 'x-kubernetes-int-or-string': true },
        maybe: { type: 'string', nullable: true },
        choice: { type: 'string', anyOf: [{ minLength: 1 }] },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: { type: 'string' } } },
        template: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object' } } },
        keyed: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
        },
      },
    },
  },
};

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
  const version = { schema: { openAPIV3Schema: SCHEMA }, selectableFields: [{ jsonPath: '.spec.choice' }], subresources: { status: {} } };
  const { code, text } = await server.call('POST', CRDS, { body: crontabs({}, version) });
  expect(code, text).toBe(201);
  await vi.waitFor(async () => expect((await server.call('GET', '/apis/stable.example.com/v1')).code).toBe(200));
});
afterAll(() => server[Symbol.asyncDispose]());

test('version 3 says all of it', async () => {
  const { body: index } = await server.call('GET', '/openapi/v3');
  const { body } = await server.call('GET', index.paths['apis/stable.example.com/v1'].serverRelativeURL);
  const definition = body.components.schemas[DEFINITION];
  const { spec, metadata } = definition.properties;
  expect(JSON.stringify(metadata)).toContain('#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');
  expect(definition['x-kubernetes-group-version-kind']).toEqual([{ group: 'stable.example.com', kind: 'CronTab', version: 'v1' }]);
  expect(definition['x-kubernetes-selectable-fields']).toEqual([{ fieldPath: 'spec.choice' }]);
  expect(spec.properties.port).toEqual({ 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] });
  expect(spec.properties.maybe).toEqual({ type: 'string', nullable: true });
  expect(spec.properties.keyed).toMatchObject({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] });
  expect(Object.keys(spec.properties.template.properties)).toEqual(['spec', 'apiVersion', 'kind', 'metadata']);
  const one = body.paths['/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}'];
  expect(Object.keys(one.patch.requestBody.content)).toEqual([
    'application/json-patch+json',
    'application/merge-patch+json',
    'application/apply-patch+yaml',
  ]);
  expect(body.paths).toHaveProperty(['/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}/status']);
});

test('version 2 says what it can', async () => {
  const { body } = await server.call('GET', '/openapi/v2');
  const { spec } = body.definitions[DEFINITION].properties;
  expect(spec.required).toEqual(['port']);
  expect(spec.properties.maybe).toEqual({});
  expect(spec.properties.choice).toEqual({ type: 'string' });
  expect(spec.properties.free).toEqual({ 'x-kubernetes-preserve-unknown-fields': true });
  expect(body.definitions[`${DEFINITION}List`].properties.items.items).toEqual({ $ref: `#/definitions/${DEFINITION}` });
  expect(body.paths).toHaveProperty(['/apis/stable.example.com/v1/crontabs']);
});

test('documents follow what is served', async () => {
  const name = `${CRDS}/crontabs.stable.example.com`;
  const { body: crd } = await server.call('GET', name);
  crd.spec.versions[0].schema.openAPIV3Schema.description = 'another';
  const before = (await server.call('GET', '/openapi/v3')).body.paths['apis/stable.example.com/v1'].serverRelativeURL;
  await server.call('PUT', name, { body: crd });
  const after = (await server.call('GET', '/openapi/v3')).body.paths['apis/stable.example.com/v1'].serverRelativeURL;
  expect(after).not.toBe(before);
  expect((await server.call('GET', after)).body.components.schemas[DEFINITION].description).toBe('another');
  await server.call('DELETE', name);
  await expect.poll(async () => (await server.call('GET', name)).code).toBe(404);
  expect((await server.call('GET', '/openapi/v3')).body.paths).not.toHaveProperty('apis/stable.example.com/v1');
  expect((await server.call('GET', '/openapi/v2')).body.definitions).not.toHaveProperty([DEFINITION]);
});
