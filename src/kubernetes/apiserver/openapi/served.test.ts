import { expect, test } from 'vitest';
import { hasReference, referenceJson } from '../../../../test/support/reference.ts';
import { schemas } from '../../api/schemas.ts';
import { WireReader } from '../../machinery/codec/protobuf/wire.ts';
import { noDescriptions } from './descriptions.ts';
import { openApiForm, protobufType } from './form.ts';
import type { OpenApiResource } from './operations.ts';
import { OpenApiService } from './service.ts';

type Json = Record<string, unknown>;

const configMaps: OpenApiResource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  verbs: ['create', 'get', 'list', 'patch', 'watch'],
  schema: 'io.k8s.api.core.v1.ConfigMap',
};

const service = (resources: readonly OpenApiResource[]) =>
  new OpenApiService({ resources, catalog: schemas, descriptions: noDescriptions });
const parsed = (bytes: Buffer | undefined) => JSON.parse(String(bytes));

test('the index names every document with its hash, and the document has that hash', () => {
  const openApi = service([configMaps]);
  const { paths } = parsed(openApi.v3Index().bytes);
  expect(Object.keys(paths)).toEqual(['.well-known/openid-configuration', 'api', 'api/v1', 'apis', 'openid/v1/jwks', 'version']);
  const hash = openApi.v3('api/v1')?.etag.replaceAll('"', '');
  expect(paths['api/v1'].serverRelativeURL).toBe(`/openapi/v3/api/v1?hash=${hash}`);
  expect(openApi.v3('apis/nope/v1')).toBeUndefined();
});

test('a patch operation says which kind it is of and that it takes fieldValidation, which is what kubectl asks', () => {
  const document = parsed(service([configMaps]).v3('api/v1')?.bytes);
  const { patch } = document.paths['/api/v1/namespaces/{namespace}/configmaps/{name}'];
  expect(patch['x-kubernetes-group-version-kind']).toEqual({ group: '', kind: 'ConfigMap', version: 'v1' });
  expect(patch.parameters.map(({ name }: { name: string }) => name)).toContain('fieldValidation');
  expect(document.components.schemas['io.k8s.api.core.v1.ConfigMap'].properties.metadata).toEqual({
    allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }],
    default: {},
  });
});

test('protobuf has the same paths and definitions as JSON', () => {
  const openApi = service([configMaps]);
  const document = openApi.v2('protobuf');
  const json = parsed(openApi.v2('json').bytes);
  expect(document.contentType).toBe(protobufType(2));
  expect(namesIn(document.bytes, 8, 2)).toEqual(Object.keys(json.paths));
  expect(namesIn(document.bytes, 9, 1)).toEqual(Object.keys(json.definitions));
});

test('version 3 in protobuf has the same paths and definitions, and the same ETag', () => {
  const openApi = service([configMaps]);
  const [json, protobuf] = [openApi.v3('api/v1'), openApi.v3('api/v1', 'protobuf')];
  expect(protobuf).toMatchObject({ contentType: protobufType(3), etag: json?.etag });
  const { paths, components } = parsed(json?.bytes);
  const bytes = protobuf?.bytes as Buffer;
  expect(namesIn(bytes, 4, 1)).toEqual(Object.keys(paths));
  const [schemas = new Uint8Array()] = fieldsOf(bytes, 5).flatMap((found) => fieldsOf(found, 1));
  expect(fieldsOf(schemas, 1).flatMap((entry) => fieldsOf(entry, 1).map(String))).toHaveLength(Object.keys(components.schemas).length);
});

test.each([
  [undefined, 'json'],
  ['application/*', 'json'],
  ['text/html', undefined],
  ['text/html, */*;q=0.8', 'json'],
  ['application/com.github.proto-openapi.spec.v2@v1.0+protobuf', 'protobuf'],
  ['application/com.github.proto-openapi.spec.v2.v1.0+protobuf,application/json', 'protobuf'],
  ['application/json;q=0.1,application/com.github.proto-openapi.spec.v2@v1.0+protobuf;q=0.9', 'protobuf'],
  ['application/com.github.proto-openapi.spec.v3@v1.0+protobuf', undefined],
])('Accept: %s gets %s', (accept, form) => expect(openApiForm(accept, 2)).toBe(form));

test('custom resources are merged into the documents, and taken out again', () => {
  const openApi = service([configMaps]);
  const before = String(openApi.v3Index().bytes);
  const info = { title: 'Kubernetes', version: 'v1.36' };
  const document = () => ({ openapi: '3.0.0' as const, info, paths: { '/apis/x.io/v1/foos': {} }, components: {} });
  openApi.setExtras({ v2: { paths: { '/apis/x.io/v1/foos': {} }, definitions: {} }, v3: new Map([['apis/x.io/v1', document]]) });
  expect(parsed(openApi.v3('apis/x.io/v1')?.bytes).paths).toEqual({ '/apis/x.io/v1/foos': {} });
  expect(parsed(openApi.v2('json').bytes).paths).toHaveProperty(['/apis/x.io/v1/foos']);
  openApi.setExtras({});
  expect(String(openApi.v3Index().bytes)).toBe(before);
});

/** Names of the entries of field `inner` of field `outer`. */
function namesIn(bytes: Uint8Array, outer: number, inner: number): string[] {
  return fieldsOf(bytes, outer)
    .flatMap((message) => fieldsOf(message, inner))
    .flatMap((entry) => fieldsOf(entry, 1).map((name) => new TextDecoder().decode(name)));
}

function fieldsOf(bytes: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const { field, wire } = reader.tag();
    if (field === wanted) found.push(reader.bytes());
    else reader.skip(wire);
  }
  return found;
}

interface ResourceList {
  kind: string;
  groupVersion: string;
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
}

/** What a real server's discovery lists. */
function discovered(): OpenApiResource[] {
  const lists = Object.values(referenceJson<Record<string, ResourceList>>('discovery.json')).filter(
    ({ kind }) => kind === 'APIResourceList',
  );
  return lists.flatMap(({ groupVersion, resources }) => {
    const [group = '', version = ''] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
    const main = resources.filter(({ name }) => !name.includes('/'));
    return main.map(({ name, kind, namespaced, verbs }) => {
      const subresources = resources.filter((other) => other.name.startsWith(`${name}/`)).map((other) => other.name.slice(name.length + 1));
      return { group, version, kind, plural: name, namespaced, verbs, subresources, schema: schemas.kind({ group, version, kind }) ?? '' };
    });
  });
}

/** Paths with every parameter in place, so that it does not matter which are shared; without descriptions. */
function normal(document: Json): unknown {
  const shared = document.parameters as Record<string, Json>;
  const resolve = (parameter: Json) => {
    const target = typeof parameter.$ref === 'string' ? shared[parameter.$ref.slice('#/parameters/'.length)] : parameter;
    return { ...target, description: '' };
  };
  const paths = Object.entries(document.paths as Record<string, Json>).map(([path, { parameters = [], ...methods }]) => {
    const operations = Object.entries(methods as Record<string, Json>).map(([method, operation]) => {
      const all = [...((operation.parameters as Json[] | undefined) ?? []), ...(parameters as Json[])].map(resolve);
      const sorted = all.map((parameter) => JSON.stringify(parameter, Object.keys(parameter).sort())).sort();
      return [method, { ...operation, parameters: sorted }];
    });
    return [path, Object.fromEntries(operations)];
  });
  return Object.fromEntries(paths);
}

test.skipIf(!hasReference)('every path and operation is what a real server serves', () => {
  const real = referenceJson<Json>('openapi-v2.json');
  const ours = parsed(service(discovered()).v2('json').bytes);
  expect(normal(ours)).toEqual(normal(real));
  expect(Object.keys(ours.definitions).sort()).toEqual(Object.keys(real.definitions as Json).sort());
  const index = referenceJson<{ paths: Json }>('openapi-v3-index.json');
  expect(Object.keys(parsed(service(discovered()).v3Index().bytes).paths)).toEqual(Object.keys(index.paths));
});
