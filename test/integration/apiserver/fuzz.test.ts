import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, startApiServer, type TestApiServer } from '../../support/api-server.ts';

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
  // Pods are not admitted without it, and admission waits a while for it to appear.
  await server.call('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'default' } } });
});
afterAll(() => server[Symbol.asyncDispose]());

/** The same numbers every time (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = randomNumbers(36);
const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE'];
const PARTS = [
  'api',
  'apis',
  'v1',
  'apps',
  'v1beta1',
  'namespaces',
  'default',
  'pods',
  'deployments',
  'nodes',
  'x',
  'status',
  'scale',
  'log',
  'proxy',
  '%2e%2e',
  '%ff',
  '..',
  '',
  'a%00b',
  '0'.repeat(300),
];
const QUERIES = [
  '',
  '?limit=9999999999999999999',
  '?limit=1&continue=e30',
  '?labelSelector=((',
  '?fieldSelector=%5C',
  '?resourceVersion=-1',
  '?dryRun=All&dryRun=None',
  '?fieldManager=%00',
  '?pretty=1',
  '?timeoutSeconds=-3',
  '?propagationPolicy=',
  '?gracePeriodSeconds=1e9',
];
const ACCEPTS = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  '*/*;q=x',
  ',,;',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'text/html',
];
const TYPES = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/merge-patch+json',
  'application/json-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  '',
];
const BODIES = [
  '',
  '{',
  '[]',
  'null',
  '"x"',
  '1e999',
  '{"metadata":null}',
  '{"metadata":{"name":[]}}',
  '{"spec":null,"metadata":{"name":"x"}}',
  '[{"op":"add"}]',
  '[null]',
  '[{"op":"copy","from":"/a/b","path":"/x"}]',
  'a: &a [*a]',
  '!!js/function x',
  'k8s\u0000\u0012',
  '\u0000',
  '{"__proto__":{"x":1},"metadata":{"name":"p"}}',
  '{"metadata":{"name":"x","managedFields":[{"fieldsV1":{"f:":1}}]}}',
  `${'['.repeat(5000)}`,
  `{"a":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`,
];

/** Faults that upstream, too, answers with 500. */
const MAY_BE_500 = /resourceVersion: Invalid value|resourceVersion should not be set|failed to create|unsupported role reference/;

function sane({ code, body }: Answer, what: string): void {
  expect(code, what).toBeGreaterThanOrEqual(200);
  if (code >= 500 && !(code === 504) && !MAY_BE_500.test(body?.message ?? '')) throw new Error(`${what}: ${code} ${JSON.stringify(body)}`);
}

test('requests of random parts are answered, never with an internal error', async () => {
  for (let i = 0; i < 800; i++) {
    const path = `/${Array.from({ length: Math.floor(random() * 8) }, () => pick(PARTS)).join('/')}${pick(QUERIES)}`;
    const method = pick(METHODS);
    const headers = { accept: pick(ACCEPTS), 'content-type': pick(TYPES) };
    const body = method === 'GET' || method === 'HEAD' ? undefined : pick(BODIES);
    const answer = await server.call(method, path, { headers, body });
    sane(answer, `${method} ${path} ${JSON.stringify(headers)} ${String(body).slice(0, 60)}`);
  }
});

test.each([
  '/api/v1/namespaces/default/configmaps',
  '/api/v1/namespaces/default/pods',
  '/apis/apps/v1/namespaces/default/deployments',
  '/api/v1/nodes',
  '/apis/rbac.authorization.k8s.io/v1/clusterroles',
])('broken bodies for %s', async (path) => {
  await server.call('POST', path, { body: { metadata: { name: 'target' } } });
  for (const type of TYPES) {
    for (const body of BODIES) {
      for (const [method, at] of [
        ['POST', path],
        ['PUT', `${path}/target`],
        ['PATCH', `${path}/target?fieldManager=f`],
        ['DELETE', `${path}/none`],
      ] as const) {
        sane(await server.call(method, at, { headers: { 'content-type': type }, body }), `${method} ${at} ${type} ${body.slice(0, 60)}`);
      }
    }
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
  for (const bytes of [
    '\u0000\u0001\u0002',
    'GET\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n',
    `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
  ]) {
    await new Promise<void>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port: server.server.port, ca: server.ca, ALPNProtocols: ['http/1.1'] }, () =>
        socket.write(bytes),
      );
      socket.on('data', () => {});
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
  }
  expect((await server.call('GET', '/livez')).text).toBe('ok');
});
