// Conformance: "CustomResourceConversionWebhook should be able to convert from CR v1 to CR v2", "... convert a non homogeneous
// list of CRs", "CustomResourceFieldSelectors MUST list and watch custom resources matching the field selector"; informers are
// those of @kubernetes/client-node. The webhook runs in a pod behind a Service.
import { readFileSync } from 'node:fs';
import { CustomObjectsApi, KubeConfig, type KubernetesObject, ListWatch, Watch } from '@kubernetes/client-node';
import { expect, type TestContext } from 'vitest';
import { type ApiSpace, apiBehaviour, namesOf } from '../../support/api-behaviour.ts';
import type { Anything } from '../../support/cluster-api.ts';
import type { ClusterWatch } from '../../support/cluster-watch.ts';
import { conformanceKubeconfig } from '../../support/conformance-cluster.ts';
import { CRDS, type CustomKind, defineKind } from '../../support/custom-kinds.ts';
import { extensionServer } from '../../support/extension-server.ts';
import { eventually } from '../../support/process.ts';

const extension = extensionServer();

const string = { type: 'string' };
const FIELDS: Record<string, string[]> = { v1: ['hostPort'], v2: ['host', 'port'] };
const version = (name: string) => ({
  schema: {
    openAPIV3Schema: { type: 'object', properties: Object.fromEntries(FIELDS[name]!.map((field) => [field, string])) },
  },
  selectableFields: FIELDS[name]!.map((field) => ({ jsonPath: `.${field}` })),
});

/** A kind whose v1 has in one field what v2 has in two; v1 is stored. */
async function twoVersions(space: ApiSpace, context: TestContext): Promise<CustomKind> {
  const webhook = { clientConfig: extension().clientConfig('/crdconvert'), conversionReviewVersions: ['v1', 'v1beta1'] };
  return defineKind(space, context, {
    versions: ['v1', 'v2'],
    version,
    scope: 'Namespaced',
    namespace: space.namespace,
    conversion: { strategy: 'Webhook', webhook },
  });
}

const AS_V1 = { hostPort: 'localhost:8080' };
const AS_V2 = { host: 'localhost', port: '8080' };

function expectAs(kind: CustomKind, name: string, object: Anything): void {
  const { apiVersion, kind: its, metadata, ...fields } = object;
  expect({ apiVersion, kind: its }).toEqual({ apiVersion: `${kind.group}/${name}`, kind: kind.kind });
  expect(metadata.name).toBeTruthy();
  expect(fields).toEqual(name === 'v1' ? AS_V1 : AS_V2);
}

apiBehaviour('what was made as v1 is read as v2', async (space, context) => {
  const kind = await twoVersions(space, context);
  expectAs(kind, 'v1', await space.create(kind.path('v1'), kind.object('v1', 'one', AS_V1)));
  expectAs(kind, 'v2', await space.get(kind.path('v2', 'one')));
});

apiBehaviour('a list of objects stored in several versions is of the one asked for', async (space, context) => {
  const kind = await twoVersions(space, context);
  await space.create(kind.path('v1'), kind.object('v1', 'one', AS_V1));
  await space.update(`${CRDS}/${kind.name}`, ({ spec }) => {
    for (const one of spec.versions) one.storage = one.name === 'v2';
  });
  // From when on v2 is stored.
  await eventually(async () => {
    expect((await space.get(`${CRDS}/${kind.name}`)).status.storedVersions).toEqual(['v1', 'v2']);
  }, 30);
  await space.create(kind.path('v1'), kind.object('v1', 'two', AS_V1));
  for (const name of ['v1', 'v2']) {
    const list = await space.get(kind.path(name));
    expect(namesOf(list)).toEqual(['one', 'two']);
    for (const item of list.items) expectAs(kind, name, item);
  }
});

type Seen = Record<'added' | 'deleted', Set<string>>;
const nothing = (): Seen => ({ added: new Set(), deleted: new Set() });
const only = (added: string[], deleted: string[] = []): Seen => ({ added: new Set(added), deleted: new Set(deleted) });

const selecting = (path: string, selector: string) => `${path}?fieldSelector=${encodeURIComponent(selector)}`;

/** Reads on as long as the test runs. */
function collect(watch: ClusterWatch, context: TestContext): Seen {
  const seen = nothing();
  context.onTestFinished(() => watch[Symbol.dispose]());
  const read = async () => {
    for (;;) {
      const { type, object } = await watch.next();
      if (type === 'ADDED') seen.added.add(object.metadata.name);
      if (type === 'DELETED') seen.deleted.add(object.metadata.name);
    }
  };
  read().catch(() => {});
  return seen;
}

async function informed(kind: CustomKind, namespace: string, selector: string, context: TestContext): Promise<Seen> {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(await conformanceKubeconfig(), 'utf8'));
  const objects = config.makeApiClient(CustomObjectsApi);
  const { group, plural } = kind;
  const list = () =>
    objects.listNamespacedCustomObject({ group, version: 'v2', namespace, plural, fieldSelector: selector }) as Promise<Anything>;
  const informer = new ListWatch<KubernetesObject>(kind.path('v2'), new Watch(config), list, false, undefined, selector);
  const seen = nothing();
  informer.on('add', ({ metadata }) => seen.added.add(metadata?.name ?? ''));
  informer.on('delete', ({ metadata }) => seen.deleted.add(metadata?.name ?? ''));
  context.onTestFinished(() => informer.stop());
  await informer.start();
  return seen;
}

apiBehaviour('lists, watches and informers have what a field selector of their version selects', async (space, context) => {
  const kind = await twoVersions(space, context);
  const [v1, v2] = [kind.path('v1'), kind.path('v2')];
  const watching = async (path: string, selector: string) => collect(await space.watch(selecting(path, selector)), context);
  const host = [await watching(v2, 'host=host1'), await informed(kind, space.namespace, 'host=host1', context)];
  const hostPort = [
    await watching(v2, 'host=host1,port=80'),
    await watching(v1, 'hostPort=host1:80'),
    await informed(kind, space.namespace, 'host=host1,port=80', context),
  ];
  const [a, b] = ['a', 'b'];
  await space.create(v2, kind.object('v2', a, { host: 'host1', port: '80' }));
  await space.create(v2, kind.object('v2', b, { host: 'host1', port: '8080' }));
  await space.create(v2, kind.object('v2', 'c', { host: 'host2' }));

  const listed = async (path: string, selector: string) => namesOf(await space.get(selecting(path, selector)));
  expect(await listed(v2, 'host=host1')).toEqual([a, b]);
  expect(await listed(v2, 'host=host1,port=80')).toEqual([a]);
  expect(await listed(v1, 'hostPort=host1:80')).toEqual([a]);
  expect(await listed(v1, 'hostPort=host1:8080')).toEqual([b]);
  await eventually(async () => {
    for (const seen of host) expect(seen).toEqual(only([a, b]));
    for (const seen of hostPort) expect(seen).toEqual(only([a]));
  }, 30);

  await space.delete(selecting(v2, 'host=host1,port=80'), { gracePeriodSeconds: 0 });
  await space.update(kind.path('v2', b), (object) => {
    object.host = 'host2';
  });
  expect(await listed(v2, 'host=host1')).toEqual([]);
  expect(await listed(v2, 'host=host1,port=80')).toEqual([]);
  await eventually(async () => {
    for (const seen of host) expect(seen).toEqual(only([a, b], [a, b]));
    for (const seen of hostPort) expect(seen).toEqual(only([a], [a]));
  }, 30);
});
