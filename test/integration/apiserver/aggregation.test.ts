import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:http2';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiServices } from '../../../src/kubernetes/api/resources.ts';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const APISERVICES = '/apis/apiregistration.k8s.io/v1/apiservices';
const NAME = 'v1.metrics.example.com';

let server: TestApiServer;
let extension: Server;
const asked: { url?: string; method?: string; headers: NodeJS.Dict<string | string[]> }[] = [];

const resourceList = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'metrics.example.com/v1',
  resources: [{ name: 'readings', singularName: 'reading', namespaced: true, kind: 'Reading', verbs: ['get', 'list'] }],
};

const READINGS = '/apis/metrics.example.com/v1/readings';
const v3Index = { paths: { 'apis/metrics.example.com/v1': { serverRelativeURL: '/openapi/v3/apis/metrics.example.com/v1?hash=ABC' } } };
const operation = (definition: string) => ({
  get: { responses: { 200: { description: 'OK', schema: { $ref: `#/definitions/${definition}` } } } },
});
const spec = {
  etag: '"first"',
  document: {
    swagger: '2.0',
    info: { title: 'Extension', version: 'v1' },
    paths: { [READINGS]: operation('com.example.Reading'), '/apis/other.example.com/v1/things': operation('com.example.Thing') },
    definitions: {
      'com.example.Reading': {
        type: 'object',
        properties: { metadata: { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' } },
      },
      'com.example.Thing': { type: 'object' },
      'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': { type: 'object', description: 'of another release' },
    } as Record<string, object>,
  },
};

function answerSpec(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('etag', spec.etag);
  if (request.headers['if-none-match'] === spec.etag) response.writeHead(304).end();
  else response.end(JSON.stringify(spec.document));
}

/** What `/openapi/v2` says once the extension was asked, and its answer seen. */
async function merged(until: (body: { paths: object; definitions: Record<string, object> }) => boolean) {
  for (;;) {
    const { body } = await server.call('GET', '/openapi/v2');
    if (until(body)) return body;
    await new Promise(setImmediate);
  }
}

beforeAll(async () => {
  server = await startApiServer();
  const serving = await server.sign({ commonName: 'extension', hosts: ['extension.default.svc'] });
  const frontProxyCA = server.server.core.config.frontProxy.requestHeaderCA ?? '';
  extension = createServer({ ...serving, ca: frontProxyCA, requestCert: true, rejectUnauthorized: true }, (request, response) => {
    asked.push({ url: request.url, method: request.method, headers: request.headers });
    response.setHeader('content-type', 'application/json');
    if (request.url === '/apis/metrics.example.com/v1') return response.end(JSON.stringify(resourceList));
    if (request.url === '/openapi/v2') return answerSpec(request, response);
    if (request.url === '/openapi/v3') return response.end(JSON.stringify(v3Index));
    if (request.method !== 'GET') return request.pipe(response);
    response.statusCode = request.url?.includes('missing') ? 404 : 200;
    response.end(JSON.stringify({ kind: 'Reading', apiVersion: 'metrics.example.com/v1', url: request.url }));
  });
  extension.listen(0, 'localhost');
  await once(extension, 'listening');
});
afterAll(async () => {
  extension.closeAllConnections();
  extension.close();
  await server[Symbol.asyncDispose]();
});

/** The Available condition, once a check has said what is expected. */
function availability(reason: string): Promise<{ status: string; message: string }> {
  const { core } = server.server;
  return new Promise((resolve) => {
    const look = () => {
      const [condition] = (core.store.get(apiServices, '', NAME)?.status?.conditions ?? []).filter((one) => one.reason === reason);
      if (!condition) return;
      watching[Symbol.dispose]();
      resolve({ status: condition.status, message: condition.message ?? '' });
    };
    const watching = core.store.onChange(apiServices, look);
    look();
  });
}

test('what the server serves itself is listed as local', async () => {
  const { body } = await server.call('GET', `${APISERVICES}/v1.apps`);
  expect(body).toMatchObject({
    spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17800 },
    status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local' }] },
  });
  expect((await server.call('GET', `${APISERVICES}/v1.`)).code).toBe(200);
});

test('an APIService is available when its service answers', async () => {
  const caBundle = Buffer.from(server.ca).toString('base64');
  const apiServiceSpec = {
    group: 'metrics.example.com',
    version: 'v1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    caBundle,
    service: { namespace: 'default', name: 'extension' },
  };
  await server.call('POST', APISERVICES, { body: { metadata: { name: NAME }, spec: apiServiceSpec } });
  expect(await availability('ServiceNotFound')).toEqual({ status: 'False', message: 'service/extension in "default" is not present' });
  expect(await server.call('GET', '/apis/metrics.example.com/v1')).toMatchObject({ code: 503 });

  await server.call('POST', '/api/v1/namespaces/default/services', {
    body: { metadata: { name: 'extension' }, spec: { ports: [{ port: 443 }] } },
  });
  expect((await availability('EndpointsNotFound')).message).toBe('cannot find endpointslices for service/extension in "default"');

  // Endpoints may not be on loopback, where this test's extension server has to be: an external name may.
  const patch = { headers: { 'content-type': 'application/merge-patch+json' } };
  const { port } = extension.address() as AddressInfo;
  await server.call('PATCH', '/api/v1/namespaces/default/services/extension', {
    ...patch,
    body: { spec: { type: 'ExternalName', externalName: 'localhost' } },
  });
  await server.call('PATCH', `${APISERVICES}/${NAME}`, { ...patch, body: { spec: { service: { port } } } });
  expect(await availability('Passed')).toEqual({ status: 'True', message: 'all checks passed' });
});

test('its group is part of discovery, in every form', async () => {
  const { body: groups } = await server.call('GET', '/apis');
  expect(groups.groups.at(-1)).toEqual({
    name: 'metrics.example.com',
    versions: [{ groupVersion: 'metrics.example.com/v1', version: 'v1' }],
    preferredVersion: { groupVersion: 'metrics.example.com/v1', version: 'v1' },
  });
  expect((await server.call('GET', '/apis/metrics.example.com')).body.kind).toBe('APIGroup');
  expect((await server.call('GET', '/apis/metrics.example.com/v1')).body).toEqual(resourceList);
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { body } = await server.call('GET', '/apis', { headers: { accept } });
  expect(body.items.at(-1)).toMatchObject({
    metadata: { name: 'metrics.example.com' },
    versions: [
      {
        version: 'v1',
        freshness: 'Current',
        resources: [
          { resource: 'readings', scope: 'Namespaced', responseKind: { group: 'metrics.example.com', version: 'v1', kind: 'Reading' } },
        ],
      },
    ],
  });
});

test('its OpenAPI is found and fetched through this server', async () => {
  await merged(({ paths }) => READINGS in paths);
  const { body } = await server.call('GET', '/openapi/v3');
  expect(body.paths['apis/metrics.example.com/v1']).toEqual(v3Index.paths['apis/metrics.example.com/v1']);
  expect((await server.call('GET', '/openapi/v3/apis/metrics.example.com/v1')).body.url).toBe('/openapi/v3/apis/metrics.example.com/v1');
});

test('its paths are part of the OpenAPI of version 2, with what they refer to', async () => {
  const { paths, definitions } = await merged(({ paths }) => READINGS in paths);
  expect(paths['/apis/other.example.com/v1/things']).toBeUndefined();
  expect(definitions['com.example.Thing']).toBeUndefined();
  const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
  expect(definitions['com.example.Reading'].properties.metadata.$ref).toBe(`#/definitions/${meta}_v2`);
  expect(definitions[`${meta}_v2`].description).toBe('of another release');
  expect(definitions[meta].properties.creationTimestamp).toBeDefined();
  const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
  expect((await server.call('GET', '/openapi/v2', { headers: { accept } })).text).toContain('com.example.Reading');
  expect(asked.filter(({ url }) => url === '/openapi/v2').at(-1)?.headers).toMatchObject({ 'x-remote-user': 'system:aggregator' });
});

test('its OpenAPI is fetched again when the APIService changes, and only if it has changed itself', async () => {
  const patch = { headers: { 'content-type': 'application/merge-patch+json' } };
  const setPriority = (versionPriority: number) =>
    server.call('PATCH', `${APISERVICES}/${NAME}`, { ...patch, body: { spec: { versionPriority } } });
  const before = (await server.call('GET', '/openapi/v2')).headers.etag;
  const conditional = () => asked.some(({ url, headers }) => url === '/openapi/v2' && headers['if-none-match'] === '"first"');
  await setPriority(90);
  await merged(conditional);
  expect((await server.call('GET', '/openapi/v2')).headers.etag).toBe(before);
  spec.etag = '"second"';
  spec.document.definitions['com.example.Reading'] = { type: 'object', description: 'new' };
  await setPriority(100);
  await merged(({ definitions }) => (definitions['com.example.Reading'] as { description?: string } | undefined)?.description === 'new');
});

test('requests go to it, in the name of the user and with nothing that proves who that is', async () => {
  const answer = await server.call('GET', '/apis/metrics.example.com/v1/namespaces/default/readings?limit=1', {
    headers: { 'x-remote-user': 'mallory' },
  });
  expect(answer).toMatchObject({
    code: 200,
    body: { kind: 'Reading', url: '/apis/metrics.example.com/v1/namespaces/default/readings?limit=1' },
  });
  expect(asked.at(-1)?.headers).toMatchObject({ 'x-remote-user': 'admin', 'x-remote-group': 'system:masters, system:authenticated' });
  expect(asked.at(-1)?.headers.authorization).toBeUndefined();
  expect((await server.call('GET', '/apis/metrics.example.com/v1/missing')).code).toBe(404);
  expect((await server.call('POST', '/apis/metrics.example.com/v1/echo', { body: { any: 'thing' } })).body).toEqual({ any: 'thing' });
});

test.each([
  { method: 'DELETE', length: {}, echoed: true },
  { method: 'GET', length: { 'content-length': '75' }, echoed: false },
])('the body of a $method is no request of its own', async ({ method, length, echoed }) => {
  const before = asked.length;
  const words = 'GET /apis/metrics.example.com/v1/smuggled HTTP/1.1\r\nx-remote-user: root\r\n\r\n';
  const session = connect(server.url, { ca: server.ca });
  try {
    const path = '/apis/metrics.example.com/v1/namespaces/default/readings';
    const headers = { ':method': method, ':path': path, authorization: `Bearer ${server.token}`, ...length };
    const stream = session.request(headers, { endStream: false });
    stream.end(words);
    const answer = await text(stream);
    if (echoed) expect(answer).toBe(words);
  } finally {
    session.close();
  }
  const next = await server.call('GET', '/apis/metrics.example.com/v1/next');
  expect(next.body.url).toBe('/apis/metrics.example.com/v1/next');
  expect(asked.slice(before).map((one) => one.method)).toEqual([method, 'GET']);
});

test('whoever may not ask here does not get there', async () => {
  const before = asked.length;
  expect(
    (
      await server.call('GET', '/apis/metrics.example.com/v1/namespaces/default/readings', {
        client: await server.sign({ commonName: 'ann' }),
      })
    ).code,
  ).toBe(403);
  expect(asked.length).toBe(before);
});

test('metrics tell which APIServices are unavailable, and how often one became so', async () => {
  const patch = { headers: { 'content-type': 'application/merge-patch+json' } };
  const gauge = async (value: number) => {
    const { text: shown } = await server.call('GET', '/metrics');
    expect(shown).toContain(`aggregator_unavailable_apiservice{name="${NAME}"} ${value}`);
    expect(shown).toContain('aggregator_unavailable_apiservice{name="v1.apps"} 0');
    return shown;
  };
  await gauge(0);
  await server.call('PATCH', `${APISERVICES}/${NAME}`, { ...patch, body: { spec: { service: { name: 'nowhere' } } } });
  await availability('ServiceNotFound');
  expect(await gauge(1)).toContain(`aggregator_unavailable_apiservice_total{name="${NAME}",reason="ServiceNotFound"} 1`);
  await server.call('PATCH', `${APISERVICES}/${NAME}`, { ...patch, body: { spec: { service: { name: 'extension' } } } });
  await availability('Passed');
});

test('its OpenAPI goes with the APIService', async () => {
  await server.call('DELETE', `${APISERVICES}/${NAME}`);
  const { definitions } = await merged(({ paths }) => !(READINGS in paths));
  expect(definitions['com.example.Reading']).toBeUndefined();
  expect((await server.call('GET', '/openapi/v3')).body.paths['apis/metrics.example.com/v1']).toBeUndefined();
});
