import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { protobufCodec } from '../../../../src/kubernetes/api/schemas.ts';
import { startApiServer, type TestApiServer } from '../../../support/api-server.ts';
import { EXAMPLES } from './examples.ts';
import { fuzzing } from './random.ts';
import { expectSane, rawRequest } from './raw-request.ts';

const { random, rounds } = fuzzing('requests', 600);

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
  // Pods are not admitted without it, and admission waits a while for it to appear.
  await server.call('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'default' } } });
});
afterAll(async () => {
  expect((await server.call('GET', '/livez')).text).toBe('ok');
  await server[Symbol.asyncDispose]();
});

const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE'];
const PARTS = [
  ...['api', 'apis', 'v1', 'apps', 'v1beta1', 'namespaces', 'default', 'pods', 'deployments', 'nodes', 'x', 'status', 'scale', 'log'],
  ...['proxy', 'watch', 'openapi', 'v3', 'metrics', 'constructor', '__proto__', '%2e%2e', '%ff', '%', '..', '', 'a%00b', '0'.repeat(300)],
];
const NAMES = [
  'limit',
  'continue',
  'labelSelector',
  'fieldSelector',
  'resourceVersion',
  'resourceVersionMatch',
  'dryRun',
  'fieldManager',
].concat(
  ['pretty', 'timeoutSeconds', 'propagationPolicy', 'gracePeriodSeconds', 'sendInitialEvents', 'allowWatchBookmarks', 'fieldValidation'],
  ['force', 'includeObject', 'hash', 'timeout', 'orphanDependents', '__proto__', '%', ''],
);
const VALUES = [
  '',
  '1',
  '0',
  '-1',
  '1e9',
  '9999999999999999999',
  'true',
  'false',
  'All',
  'Exact',
  'NotOlderThan',
  'Strict',
  'e30',
  '((',
  '%5C',
  '%00',
  '%ff',
].concat([
  'a=b',
  'a%20in%20(b',
  'metadata.name=x',
  'constructor',
  '!constructor',
  'x'.repeat(5000),
  'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJcdTAwMDAifQ',
]);
const ACCEPTS = [
  'application/json',
  'application/yaml',
  PROTOBUF,
  `${PROTOBUF};stream=watch`,
  'application/cbor',
  '*/*;q=x',
  ',,;',
  'text/html',
  '',
].concat(
  ['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList', 'Nothing'].map((as) => `application/json;as=${as};v=v1;g=meta.k8s.io`),
  [
    `${PROTOBUF};as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json;q=0.1`,
    'application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io',
  ],
);
const TYPES = [
  'application/json',
  'application/yaml',
  PROTOBUF,
  'application/cbor',
  'application/json; charset=utf-8',
  'text/plain',
  '',
].concat(
  ['merge-patch+json', 'json-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml', 'apply-patch+cbor'].map(
    (type) => `application/${type}`,
  ),
);
const nested = (open: string, close: string, depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`;
const BODIES = [
  ...['', '{', '[]', 'null', '"x"', '1e999', '{"metadata":null}', '{"metadata":{"name":[]}}', '{"spec":null,"metadata":{"name":"x"}}'],
  ...['[{"op":"add"}]', '[null]', '[{"op":"copy","from":"/a/b","path":"/x"}]', '[{"op":"replace","path":"","value":null}]'],
  ...['a: &a [*a]', '!!js/function x', '---\n---\n', '? {}\n: x', 'k8s\u0000\u0012', '\u0000', '\ufeff{}'],
  '{"__proto__":{"x":1},"metadata":{"name":"p","labels":{"__proto__":"a","constructor":"b"}}}',
  '{"metadata":{"name":"x","managedFields":[{"fieldsV1":{"f:":1}}]}}',
  '{"metadata":{"name":"y","managedFields":[{"manager":"a","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"k:{":{},"v:":{},"i:x":{}}}]}}',
  '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"n","generation":9223372036854775807,"deletionGracePeriodSeconds":-9223372036854775808}}',
  '{"$patch":"replace","metadata":{"$setElementOrder/finalizers":[1],"$deleteFromPrimitiveList/finalizers":"x","$retainKeys":3}}',
  ...[nested('[', '', 5000), nested('{"a":', '}', 2000), nested('{"a":', '}', 10_001), nested('[', ']', 100_000), nested('- ', '', 3000)],
];

const query = (): string =>
  random.chance(0.4)
    ? `?${random.list(1 + random.below(3), () => `${random.pick(NAMES)}=${random.pick(VALUES)}`).join('&')}${random.chance(0.1) ? '&watch=1&timeoutSeconds=1' : ''}`
    : '';

test('requests of random parts are answered, never with an internal error', { timeout: 60_000 + rounds * 100 }, async () => {
  const one = async (): Promise<void> => {
    const path = `/${random.list(random.below(8), () => random.pick(PARTS)).join('/')}${query()}`;
    const method = random.pick(METHODS);
    const headers = { accept: random.pick(ACCEPTS), 'content-type': random.pick(TYPES) };
    const body = method === 'GET' || method === 'HEAD' ? undefined : random.pick(BODIES);
    expectSane(await rawRequest(server, method, path, headers, body), `${method} ${path} ${JSON.stringify(headers)} ${body?.slice(0, 60)}`);
  };
  for (let round = 0; round < rounds; round += 10) await Promise.all(random.list(10, one));
});

test('requests for what is there, with anything said about them', { timeout: 60_000 + rounds * 100 }, async () => {
  const paths = [
    '/api/v1/namespaces/default/configmaps',
    '/api/v1/namespaces',
    '/apis/apps/v1/namespaces/default/deployments',
    '/api/v1/pods',
  ];
  const one = async (): Promise<void> => {
    const path = `${random.pick(paths)}${random.chance(0.3) ? '/x' : ''}${random.pick(['', '', '', '/status', '/scale'])}${query()}`;
    const headers = { accept: random.pick(ACCEPTS), 'content-type': random.pick(TYPES) };
    const method = random.pick(['GET', 'GET', 'POST', 'PUT', 'PATCH']);
    const body = method === 'GET' ? undefined : random.pick(BODIES);
    // What would be a watch ends soon.
    const limited = `${path}${path.includes('?') ? '&' : '?'}timeoutSeconds=1`;
    expectSane(
      await rawRequest(server, method, limited, headers, body),
      `${method} ${limited} ${JSON.stringify(headers)} ${body?.slice(0, 60)}`,
    );
  };
  for (let round = 0; round < rounds; round += 10) await Promise.all(random.list(10, one));
});

test.each([
  '/api/v1/namespaces/default/configmaps',
  '/api/v1/namespaces/default/pods',
  '/apis/apps/v1/namespaces/default/deployments',
  '/api/v1/nodes',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles',
])('broken bodies for %s', { timeout: 60_000 }, async (path) => {
  await server.call('POST', path, { body: { metadata: { name: 'target' } } });
  for (const type of TYPES) {
    for (const body of BODIES) {
      for (const [method, at] of [
        ['POST', path],
        ['PUT', `${path}/target`],
        ['PATCH', `${path}/target?fieldManager=f`],
        ['DELETE', `${path}/none`],
      ] as const) {
        expectSane(await rawRequest(server, method, at, { 'content-type': type }, body), `${method} ${at} ${type} ${body.slice(0, 60)}`);
      }
    }
  }
});

test('good bodies with a few bytes changed, cut off or twice', { timeout: 60_000 + rounds * 100 }, async () => {
  const pod = { kind: 'Pod', apiVersion: 'v1', ...EXAMPLES.pods, metadata: { name: 'm', labels: { a: 'b' } } };
  const configMap = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'm' }, ...EXAMPLES.configmaps };
  const bodies = [
    ['pods', 'application/json', Buffer.from(JSON.stringify(pod))],
    ['pods', PROTOBUF, Buffer.from(protobufCodec.encode('io.k8s.api.core.v1.Pod', pod))],
    ['configmaps', 'application/yaml', Buffer.from(JSON.stringify(configMap, undefined, 1).replaceAll('"', ''))],
    ['configmaps', PROTOBUF, Buffer.from(protobufCodec.encode('io.k8s.api.core.v1.ConfigMap', configMap))],
  ] as const;
  for (let round = 0; round < rounds; round++) {
    const [plural, type, good] = random.pick(bodies);
    const bad = Buffer.from(good);
    for (let changes = random.below(4); changes > 0; changes--) bad[random.below(bad.length)] = random.below(256);
    const body = random.pick([bad, bad, bad.subarray(0, random.below(bad.length)), Buffer.concat([bad, good])]);
    const answer = await rawRequest(server, 'POST', `/api/v1/namespaces/default/${plural}?dryRun=All`, { 'content-type': type }, body);
    expectSane(answer, `${plural} ${type} ${body.toString('base64')}`);
  }
});

test('a body that is too large is refused', async () => {
  const body = JSON.stringify({ metadata: { name: 'big' }, data: { x: 'y'.repeat(4 * 1024 * 1024) } });
  expect(await server.call('POST', '/api/v1/namespaces/default/configmaps', { body })).toMatchObject({
    code: 413,
    body: { reason: 'RequestEntityTooLarge' },
  });
});

test('bytes that are no HTTP end the connection and nothing else', async () => {
  const lines = ['\u0000\u0001\u0002', 'GET\r\n\r\n', 'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`];
  const headers = [
    `x: ${'y'.repeat(200_000)}`,
    `${'x'.repeat(100)}: y\r\n`.repeat(3000),
    'content-length: -1',
    'content-length: 1\r\ncontent-length: 2',
  ];
  for (const bytes of [...lines, ...headers.map((header) => `GET /livez HTTP/1.1\r\nhost: x\r\n${header}\r\n\r\n`)]) {
    await new Promise<void>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: server.server.port, ca: server.ca, ALPNProtocols: ['http/1.1'] }, () =>
        socket.write(bytes),
      );
      socket.on('data', () => socket.end());
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
  }
  expect((await server.call('GET', '/livez')).text).toBe('ok');
});
