import { afterAll, beforeAll, expect, test } from 'vitest';
import { definitions } from '../../../src/kubernetes/api/registry.ts';
import { jsonCodec, protobufCodec } from '../../../src/kubernetes/api/schemas.ts';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';
import { rawRequest } from './fuzz/raw-request.ts';

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const PARTIAL = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io';
const INITIAL = 'watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';

let server: TestApiServer;
beforeAll(async () => {
  server = await startApiServer();
  for (const name of ['a', 'b']) await server.call('POST', CONFIG_MAPS, { body: { metadata: { name }, data: { x: '1' } } });
});
afterAll(() => server[Symbol.asyncDispose]());

interface WatchEvent {
  type: string;
  object: { kind: string; metadata: { name?: string }; columnDefinitions?: unknown[] | null; rows?: { object: { kind: string } }[] };
}

async function eventsOf(path: string, accept = 'application/json'): Promise<WatchEvent[]> {
  const { text } = await server.call('GET', path, { headers: { accept } });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as WatchEvent);
}

test('only the first table of a watch has columns, and bookmarks are tables too', async () => {
  const events = await eventsOf(`${CONFIG_MAPS}?${INITIAL}`, TABLE);
  expect(events.map(({ type, object }) => [type, object.kind, object.columnDefinitions?.length])).toEqual([
    ['ADDED', 'Table', 3],
    ['ADDED', 'Table', undefined],
    ['BOOKMARK', 'Table', undefined],
  ]);
  expect(events[1]?.object.columnDefinitions).toBeNull();
});

test('watches of metadata have bookmarks of their kind', async () => {
  const events = await eventsOf(`${CONFIG_MAPS}?${INITIAL}`, PARTIAL);
  expect(events.map(({ object }) => object.kind)).toEqual(Array(3).fill('PartialObjectMetadata'));
});

test('bookmarks of every kind as tables', async () => {
  const watched = definitions.filter(({ verbs }) => verbs.includes('watch'));
  const last = watched.map(async ({ group, version, plural }) => {
    const path = `${group ? `/apis/${group}` : '/api'}/${version}/${plural}?${INITIAL}`;
    const { type, object } = (await eventsOf(path, TABLE)).at(-1) as WatchEvent;
    return `${plural} ${type} ${object.kind}`;
  });
  expect(await Promise.all(last)).toEqual(watched.map(({ plural }) => `${plural} BOOKMARK Table`));
});

test.each([
  ['None', undefined],
  ['', 'PartialObjectMetadata'],
  ['Metadata', 'PartialObjectMetadata'],
  ['Object', 'ConfigMap'],
])('rows with includeObject=%s', async (include, kind) => {
  const { body } = await server.call('GET', `${CONFIG_MAPS}?includeObject=${include}`, { headers: { accept: TABLE } });
  expect(body.rows[0].object?.kind).toBe(kind);
});

test('rows with something else in them', async () => {
  for (const path of [CONFIG_MAPS, `${CONFIG_MAPS}/a`]) {
    const answer = await server.call('GET', `${path}?includeObject=All`, { headers: { accept: TABLE } });
    expect([answer.code, answer.body.message]).toEqual([
      400,
      `Unable to convert to Table as requested: includeObject: Invalid value: "All": must be 'Metadata', 'Object', 'None', or empty`,
    ]);
  }
});

test.each([
  ['/api', 'APIVersions', ''],
  ['/apis', 'APIGroupList', ''],
  ['/apis/apps', 'APIGroup', ''],
  ['/apis/apps/v1', 'APIResourceList', ''],
  ['/apis', 'APIGroupDiscoveryList', ';g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'],
])('discovery of %s as %s in protobuf', async (path, kind, as) => {
  const schema = as ? `io.k8s.api.apidiscovery.v2.${kind}` : `io.k8s.apimachinery.pkg.apis.meta.v1.${kind}`;
  const [json, protobuf] = await Promise.all(
    ['application/json', 'application/vnd.kubernetes.protobuf'].map((type) => rawRequest(server, 'GET', path, { accept: `${type}${as}` })),
  );
  expect(protobuf?.headers['content-type']).toBe(`application/vnd.kubernetes.protobuf${as}`);
  const told = JSON.parse(String(json?.bytes));
  const read = protobufCodec.decode(schema, protobufCodec.open(protobuf?.bytes as Buffer));
  expect(read).toMatchObject(jsonCodec.canonical(schema, { apiVersion: 'v1', ...told }));
});

test.each([
  ['/api/v1/watch/configmaps', ['a', 'b']],
  ['/api/v1/watch/namespaces/default/configmaps', ['a', 'b']],
  ['/api/v1/watch/namespaces/default/configmaps/b', ['b']],
])('the old watch %s', async (path, names) => {
  const events = await eventsOf(`${path}?timeoutSeconds=1`);
  expect(events.map(({ object }) => object.metadata.name).filter((name) => name !== 'kube-root-ca.crt')).toEqual(
    expect.arrayContaining(names),
  );
  expect((await server.call('POST', path)).code).toBe(405);
});
