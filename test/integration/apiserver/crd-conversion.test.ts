import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { crontabs } from '../../support/crontab.ts';
import { type HttpsResponder, startHttpsResponder } from '../../support/https-responder.ts';
import { WatchClient } from '../../support/watch-client.ts';

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const NAME = 'crontabs.stable.example.com';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const objects = (version: string) => `/apis/stable.example.com/${version}/namespaces/default/crontabs`;

// biome-ignore lint/suspicious/noExplicitAny: objects of any version
type Any = any;

/** What the webhook says of a review; tests that need another answer replace it. */
let respond: (request: Any) => object;
let server: TestApiServer;
let webhook: HttpsResponder;

const string = { type: 'string' };
const schemaOf = (...fields: string[]) => ({
  openAPIV3Schema: {
    type: 'object',
    properties: { spec: { type: 'object', properties: Object.fromEntries(fields.map((field) => [field, string])) } },
  },
});

const definition = () =>
  crontabs({
    conversion: {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1', 'v1beta1'],
        clientConfig: { url: `${webhook.url}/convert`, caBundle: Buffer.from(webhook.ca).toString('base64') },
      },
    },
    versions: [
      { name: 'v1', served: true, storage: true, schema: schemaOf('host', 'port') },
      {
        name: 'v2',
        served: true,
        storage: false,
        schema: schemaOf('hostPort', 'extra'),
        selectableFields: [{ jsonPath: '.spec.hostPort' }],
      },
    ],
  });

/** v1 has a host and a port, v2 both in one. */
function convert(object: Any, apiVersion: string): Any {
  const { spec = {}, ...rest } = structuredClone(object);
  if (apiVersion.endsWith('/v2')) return { ...rest, apiVersion, spec: { hostPort: `${spec.host}:${spec.port}` } };
  const [host, port] = (spec.hostPort ?? ':').split(':');
  return { ...rest, apiVersion, spec: { host, port } };
}

const converted = ({ uid, objects: asked, desiredAPIVersion }: Any) => ({
  uid,
  result: { status: 'Success' },
  convertedObjects: asked.map((object: Any) => convert(object, desiredAPIVersion)),
});

const one = { apiVersion: 'stable.example.com/v1', kind: 'CronTab', metadata: { name: 'one' }, spec: { host: 'a', port: '1' } };

beforeAll(async () => {
  server = await startApiServer();
  webhook = await startHttpsResponder(({ body: { request, ...review } }) => ({ ...review, response: respond(request) }));
  respond = converted;
  const { code, text } = await server.call('POST', CRDS, { body: definition() });
  expect(code, text).toBe(201);
  await vi.waitFor(async () => expect((await server.call('GET', objects('v2'))).code).toBe(200));
  expect((await server.call('POST', objects('v1'), { body: one })).code).toBe(201);
});
afterEach(() => {
  respond = converted;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await webhook[Symbol.asyncDispose]();
});

test('objects are read and written in either version', async () => {
  const { body: read } = await server.call('GET', `${objects('v2')}/one`);
  expect(read).toMatchObject({ apiVersion: 'stable.example.com/v2', spec: { hostPort: 'a:1' } });
  const changed = await server.call('PUT', `${objects('v2')}/one`, { body: { ...read, spec: { hostPort: 'b:2' } } });
  expect(changed.body.spec).toEqual({ hostPort: 'b:2' });
  expect(changed.body.metadata.generation).toBe(2);
  const { body: stored } = await server.call('GET', `${objects('v1')}/one`);
  expect(stored.spec).toEqual({ host: 'b', port: '2' });
  const two = { ...one, apiVersion: 'stable.example.com/v2', metadata: { name: 'two' }, spec: { hostPort: 'c:3' } };
  expect((await server.call('POST', objects('v2'), { body: two })).body.spec).toEqual({ hostPort: 'c:3' });
  const patched = await server.call('PATCH', `${objects('v2')}/two`, { body: { spec: { hostPort: 'd:4' } }, headers: MERGE });
  expect(patched.body.spec).toEqual({ hostPort: 'd:4' });
  const { body: list } = await server.call('GET', objects('v1'));
  expect(list.items.map(({ spec }: Any) => spec)).toEqual([
    { host: 'b', port: '2' },
    { host: 'd', port: '4' },
  ]);
});

test('a list asks once for all its objects, by their versions', async () => {
  await server.call('PATCH', `${objects('v1')}/one`, { body: { spec: { port: '5' } }, headers: MERGE });
  await server.call('PATCH', `${objects('v1')}/two`, { body: { spec: { port: '5' } }, headers: MERGE });
  webhook.questions.length = 0;
  const { body } = await server.call('GET', objects('v2'));
  expect(body.items.map(({ spec }: Any) => spec.hostPort)).toEqual(['b:5', 'd:5']);
  expect(webhook.questions.map(({ body: review }) => [review.kind, review.apiVersion, review.request.objects.length])).toEqual([
    ['ConversionReview', 'apiextensions.k8s.io/v1', 2],
  ]);
});

test('fields are selected as the version shows them', async () => {
  const { body } = await server.call('GET', `${objects('v2')}?fieldSelector=spec.hostPort%3Dd:5`);
  expect(body.items.map(({ metadata }: Any) => metadata.name)).toEqual(['two']);
  const refused = await server.call('GET', `${objects('v1')}?fieldSelector=spec.hostPort%3Dd:5`);
  expect(refused.code).toBe(400);
  expect(refused.body.message).toBe('field label not supported: spec.hostPort');
});

const revision = async (): Promise<string> => (await server.call('GET', objects('v2'))).body.metadata.resourceVersion;

test('watches show what happens in their version', async () => {
  await using watch = await WatchClient.open(server, `${objects('v2')}?watch=1&resourceVersion=${await revision()}`);
  await server.call('POST', objects('v1'), { body: { ...one, metadata: { name: 'three' } } });
  await server.call('DELETE', `${objects('v1')}/three`);
  const events = [await watch.next(), await watch.next()] as Any[];
  expect(events.map(({ type, object }) => [type, object.metadata.name, object.spec.hostPort])).toEqual([
    ['ADDED', 'three', 'a:1'],
    ['DELETED', 'three', 'a:1'],
  ]);
});

test('what the webhook may change of the metadata: labels and annotations', async () => {
  respond = (request) => {
    const response = converted(request);
    for (const object of response.convertedObjects) {
      Object.assign(object.metadata, { labels: { seen: 'yes' }, annotations: { a: 'b' }, generation: 77, finalizers: ['x.y/z'] });
    }
    return response;
  };
  await server.call('PATCH', `${objects('v1')}/two`, { body: { spec: { port: '6' } }, headers: MERGE });
  const { body } = await server.call('GET', `${objects('v2')}/two`);
  expect(body.metadata).toMatchObject({ labels: { seen: 'yes' }, annotations: { a: 'b' } });
  expect(body.metadata.generation).not.toBe(77);
  expect(body.metadata).not.toHaveProperty('finalizers');
});

const PREFIX = 'conversion webhook for stable.example.com/v1, Kind=CronTab';
test.each<{ name: string; says: (request: Any) => object; message: unknown }>([
  {
    name: 'fails',
    says: ({ uid }) => ({ uid, result: { status: 'Failure', message: 'no way' } }),
    message: `${PREFIX} failed: no way`,
  },
  {
    name: 'fails without saying why',
    says: ({ uid }) => ({ uid, result: { status: 'Broken' } }),
    message: `${PREFIX} failed: response.result.status was 'Broken', not 'Success'`,
  },
  {
    name: 'loses objects',
    says: (request) => ({ ...converted(request), convertedObjects: [] }),
    message: `${PREFIX} returned 0 objects, expected 1`,
  },
  {
    name: 'converts to another version',
    says: (request) => ({ ...converted(request), convertedObjects: request.objects }),
    message: `${PREFIX} returned invalid converted object at index 0: invalid groupVersion (expected stable.example.com/v2, received stable.example.com/v1)`,
  },
  {
    name: 'renames',
    says: (request) => {
      const response = converted(request);
      response.convertedObjects[0].metadata.name = 'other';
      return response;
    },
    message: `${PREFIX} returned invalid object: must have the same name: four != other`,
  },
  {
    name: 'drops the metadata',
    says: (request) => {
      const response = converted(request);
      delete response.convertedObjects[0].metadata;
      return response;
    },
    message: `${PREFIX} returned invalid object: must have the same name: four != `,
  },
  {
    name: 'adds a label that is none',
    says: (request) => {
      const response = converted(request);
      response.convertedObjects[0].metadata.labels = { 'not a label': 'x' };
      return response;
    },
    message: expect.stringMatching(
      /^conversion webhook for stable.example.com\/v1, Kind=CronTab returned invalid metadata: metadata.labels: Invalid value: "not a label": /,
    ),
  },
])('readers are told when the webhook $name', async ({ says, message }) => {
  await server.call('POST', objects('v1'), { body: { ...one, metadata: { name: 'four' } } });
  respond = says;
  const { code, body } = await server.call('GET', `${objects('v2')}/four`);
  expect(code).toBe(500);
  expect(body).toMatchObject({ kind: 'Status', status: 'Failure' });
  expect(body.message).toEqual(message);
  respond = converted;
  await server.call('DELETE', `${objects('v1')}/four`);
});

test('metrics tell how the webhook answered', async () => {
  const { text } = await server.call('GET', '/metrics');
  for (const failure of ['malformed_response', 'partial_response', 'invalid_converted_object']) {
    const failed = `{result="failure",failure_type="conversion_webhook_${failure}_failure"}`;
    expect(text).toContain(`apiserver_conversion_webhook_request_total${failed}`);
    expect(text).toContain(`apiserver_conversion_webhook_duration_seconds_count${failed}`);
  }
  expect(text).toContain('apiserver_conversion_webhook_request_total{result="success",failure_type=""}');
  const versions = `crd_name="${NAME}",from_version="v1",to_version="v2"`;
  expect(text).toContain(`apiserver_crd_conversion_webhook_duration_seconds_count{${versions},succeeded="true"}`);
});

test('the storage version moves; stored versions stay until they are removed from the status', async () => {
  const { body: crd } = await server.call('GET', `${CRDS}/${NAME}`);
  for (const version of crd.spec.versions) version.storage = version.name === 'v2';
  const moved = await server.call('PUT', `${CRDS}/${NAME}`, { body: crd });
  expect(moved.body.status.storedVersions).toEqual(['v1', 'v2']);
  const { body: old } = await server.call('GET', `${objects('v2')}/one`);
  expect(old.spec.hostPort).toBe('b:5');

  const current = (await server.call('GET', `${CRDS}/${NAME}`)).body;
  current.spec.versions = current.spec.versions.filter(({ name }: Any) => name !== 'v1');
  current.spec.conversion = { strategy: 'None' };
  const refused = await server.call('PUT', `${CRDS}/${NAME}`, { body: current });
  expect(refused.code).toBe(422);
  expect(refused.body.details.causes).toEqual([
    {
      reason: 'FieldValueInvalid',
      field: 'status.storedVersions[0]',
      message:
        'Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    },
  ]);
  for (const name of ['one', 'two'])
    await server.call('PATCH', `${objects('v2')}/${name}`, { body: { spec: { extra: 'x' } }, headers: MERGE });
  const status = await server.call('PATCH', `${CRDS}/${NAME}/status`, { body: { status: { storedVersions: ['v2'] } }, headers: MERGE });
  expect(status.body.status.storedVersions).toEqual(['v2']);
  const latest = (await server.call('GET', `${CRDS}/${NAME}`)).body;
  latest.spec.versions = latest.spec.versions.filter(({ name }: Any) => name !== 'v1');
  latest.spec.conversion = { strategy: 'None' };
  expect((await server.call('PUT', `${CRDS}/${NAME}`, { body: latest })).code).toBe(200);
  expect((await server.call('GET', objects('v1'))).code).toBe(404);
  expect((await server.call('GET', `${objects('v2')}/one`)).body.spec).toEqual({ hostPort: 'b:5', extra: 'x' });
});
