// Conformance: "Aggregator Should be able to support the 1.17 Sample API Server using the current Aggregator". The API server
// behind is one of ours, in a pod behind a Service: it believes the front proxy alone, and asks the cluster who may do what.
// With it what upstream tests elsewhere: what namespaces and the garbage collector make of objects that it keeps.
import { readFileSync } from 'node:fs';
import { CustomObjectsApi, KubeConfig } from '@kubernetes/client-node';
import { beforeAll, expect, test } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import { type Anything, clusterApi } from '../../support/cluster-api.ts';
import { conformanceKubeconfig, uniqueSuffix } from '../../support/conformance-cluster.ts';
import { extensionServer } from '../../support/extension-server.ts';
import { kubectlWith } from '../../support/kubectl.ts';
import { eventually, Printed } from '../../support/process.ts';

const GROUP = `wardle-${uniqueSuffix()}.example.com`;
const VERSION = 'v1alpha1';
const APISERVICES = '/apis/apiregistration.k8s.io/v1/apiservices';
const APISERVICE = `${APISERVICES}/${VERSION}.${GROUP}`;

const extension = extensionServer({ group: GROUP });

const spec = () => {
  const { service, caBundle } = extension().clientConfig('');
  const { path: _, ...rest } = service as { path: string };
  return { group: GROUP, version: VERSION, service: rest, caBundle, groupPriorityMinimum: 2000, versionPriority: 200 };
};

const register = async (name: string, registered: object) => {
  const { create } = await clusterApi();
  await create(APISERVICES, { metadata: { name }, spec: registered });
};

beforeAll(async () => {
  const { get, ask } = await clusterApi();
  await register(`${VERSION}.${GROUP}`, spec());
  await eventually(() => get(`/apis/${GROUP}/${VERSION}/namespaces/default/flunders`), 60);
  return async () => {
    await ask('DELETE', APISERVICE);
  };
});

const flunder = (name: string, more: object = {}) => ({
  apiVersion: `${GROUP}/${VERSION}`,
  kind: 'Flunder',
  metadata: { name, labels: { 'sample-label': 'true' }, ...more },
});
const flunders = (space: ApiSpace, name?: string) => space.in(`${GROUP}/${VERSION}`, 'flunders', name);
const kubectl = async () => kubectlWith({ KUBECONFIG: await conformanceKubeconfig() });

apiBehaviour('objects of an aggregated API are made, listed, changed and deleted', async (space) => {
  const { code, body } = await space.ask('POST', flunders(space), { body: flunder('rest-flunder') });
  expect(code).toBe(201);
  expect(body).toMatchObject({ apiVersion: `${GROUP}/${VERSION}`, kind: 'Flunder', metadata: { name: 'rest-flunder' } });
  expect(namesOf(await space.get(flunders(space)))).toEqual(['rest-flunder']);
  const patched = await space.patch('merge', flunders(space, 'rest-flunder'), { spec: { reference: 'another' } });
  expect(patched.spec).toEqual({ reference: 'another' });
  const stale = await space.refused('PUT', flunders(space, 'rest-flunder'), body);
  expect(stale).toMatchObject({ code: 409, reason: 'Conflict' });
  await space.delete(flunders(space, 'rest-flunder'));
  expect((await space.get(flunders(space))).items).toEqual([]);
  expect(await space.refused('GET', flunders(space, 'rest-flunder'))).toMatchObject({ code: 404, reason: 'NotFound' });
});

apiBehaviour('clients that discover find them', async (space) => {
  const config = new KubeConfig();
  config.loadFromString(readFileSync(await conformanceKubeconfig(), 'utf8'));
  const objects = config.makeApiClient(CustomObjectsApi);
  const { resources }: Anything = await objects.getAPIResources({ group: GROUP, version: VERSION });
  expect(resources).toEqual([expect.objectContaining({ name: 'flunders', kind: 'Flunder', namespaced: true })]);
  const place = { group: GROUP, version: VERSION, namespace: space.namespace, plural: 'flunders' };
  await objects.createNamespacedCustomObject({ ...place, body: flunder('dynamic-flunder') });
  expect(namesOf(await objects.listNamespacedCustomObject(place))).toEqual(['dynamic-flunder']);
  await objects.deleteNamespacedCustomObject({ ...place, name: 'dynamic-flunder' });
  expect(namesOf(await objects.listNamespacedCustomObject(place))).toEqual([]);

  const { groups } = await space.get('/apis');
  expect(groups.map(({ name }: Anything) => name)).toContain(GROUP);
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { body } = await space.ask('GET', '/apis', { headers: { accept } });
  const found = body.items.find(({ metadata }: Anything) => metadata.name === GROUP);
  expect(found.versions).toMatchObject([{ version: VERSION, freshness: 'Current', resources: [{ resource: 'flunders' }] }]);
});

apiBehaviour('kubectl shows them as the table their server makes, follows them, and explains them', async (space) => {
  const run = await kubectl();
  const scope = ['-n', space.namespace];
  const following = run.start('get', `flunders.${GROUP}`, ...scope, '-w', '--output-watch-events');
  try {
    const printed = new Printed(following);
    await run.apply(JSON.stringify(flunder('shown')), ...scope);
    expect((await run('get', `flunders.${GROUP}`, ...scope)).split('\n').map((line) => line.split(/\s+/))).toEqual([
      ['NAME', 'REFERENCE'],
      ['shown', '<none>'],
      [''],
    ]);
    expect(await run('delete', `flunder.${GROUP}`, 'shown', ...scope)).toContain('deleted');
    await printed.waitFor(/DELETED\s+shown/);
  } finally {
    following.kill();
  }
  await eventually(async () => {
    expect(await run('explain', 'flunders.spec', '--api-version', `${GROUP}/${VERSION}`)).toContain('Who this flunder is about.');
  }, 30);
});

apiBehaviour('a watch goes through', async (space) => {
  using watch = await space.watch(flunders(space));
  const { metadata } = await space.create(flunders(space), flunder('watched'));
  expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { uid: metadata.uid } } });
  await space.patch('merge', flunders(space, 'watched'), { spec: { reference: 'x' } });
  expect(await watch.next()).toMatchObject({ type: 'MODIFIED', object: { spec: { reference: 'x' } } });
  await space.delete(flunders(space, 'watched'));
  expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { uid: metadata.uid } } });
});

apiBehaviour('what a user may is for both servers to say', async (space) => {
  const headers = { 'Impersonate-User': `jane-${space.namespace}`, 'Impersonate-Group': 'system:authenticated' };
  const asked = () => space.ask('GET', flunders(space), { headers });
  expect((await asked()).code).toBe(403);
  const name = space.namespace;
  const rules = [{ apiGroups: [GROUP], resources: ['flunders'], verbs: ['list'] }];
  await space.create(space.in('rbac.authorization.k8s.io/v1', 'roles'), { metadata: { name }, rules });
  await space.create(space.in('rbac.authorization.k8s.io/v1', 'rolebindings'), {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: headers['Impersonate-User'] }],
  });
  await eventually(async () => expect((await asked()).code).toBe(200), 30);
  expect((await space.ask('DELETE', flunders(space), { headers })).code).toBe(403);
});

apiBehaviour('they go with their namespace', async (space) => {
  const namespace = await space.anotherNamespace();
  const path = `/apis/${GROUP}/${VERSION}/namespaces/${namespace}/flunders`;
  await space.create(path, flunder('doomed'));
  await space.delete(`/api/v1/namespaces/${namespace}`);
  await eventually(async () => expect((await space.get(path)).items).toEqual([]), 60);
});

apiBehaviour('they own and are owned', async (space) => {
  const ownerOf = ({ apiVersion, kind, metadata: { name, uid } }: Anything) => ({ ownerReferences: [{ apiVersion, kind, name, uid }] });
  const [owner, first] = [space.core('configmaps', 'owner'), flunders(space, 'first')];
  const map = await space.create(space.core('configmaps'), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'owner' } });
  const owned = await space.create(flunders(space), flunder('first', ownerOf({ apiVersion: 'v1', kind: 'ConfigMap', ...map })));
  await space.create(space.core('configmaps'), { metadata: { name: 'second', ...ownerOf(owned) } });
  await space.delete(owner, { propagationPolicy: 'Background' });
  for (const path of [first, space.core('configmaps', 'second')]) {
    await eventually(async () => expect((await space.ask('GET', path)).code).toBe(404), 90);
  }
});

apiBehaviour('an API whose service is not there is unavailable, and keeps namespaces from going', async (space, context) => {
  const group = `${space.namespace}.example.com`;
  const path = `${APISERVICES}/v1.${group}`;
  context.onTestFinished(async () => {
    await space.ask('DELETE', path);
  });
  const service = { namespace: space.namespace, name: 'no-such-service' };
  await register(`v1.${group}`, { ...spec(), group, version: 'v1', service });
  await eventually(async () => {
    const { status } = await space.get(path);
    expect(status.conditions).toMatchObject([
      { type: 'Available', status: 'False', reason: 'ServiceNotFound', message: refusalOf(service) },
    ]);
  }, 30);
  expect((await space.ask('GET', `/apis/${group}/v1/things`)).code).toBe(503);

  const namespace = await space.anotherNamespace();
  const itsPath = `/api/v1/namespaces/${namespace}`;
  await space.delete(itsPath);
  await eventually(async () => {
    const { status } = await space.get(itsPath);
    expect(status.conditions).toContainEqual(
      expect.objectContaining({
        type: 'NamespaceDeletionDiscoveryFailure',
        status: 'True',
        reason: 'DiscoveryFailed',
        message: expect.stringContaining(`${group}/v1: stale GroupVersion discovery: ${group}/v1`),
      }),
    );
  }, 30);
  await space.delete(path);
  await eventually(async () => expect((await space.ask('GET', itsPath)).code).toBe(404), 60);
});

const refusalOf = ({ namespace, name }: { namespace: string; name: string }) => `service/${name} in "${namespace}" is not present`;
const condition = (type: string) => ({ type, status: 'True', reason: 'E2E', message: `${type} from a test` });

// After the others: at its end the API is gone.
test('an APIService and its status are read, patched, updated, and deleted by label', async () => {
  const { get, patch, update, delete: remove, ask } = await clusterApi();
  const conditionsIn = async () => (await get(`${APISERVICE}/status`)).status.conditions;
  expect((await conditionsIn())[0]).toMatchObject({ type: 'Available', reason: 'Passed', message: 'all checks passed' });
  expect((await patch('merge', APISERVICE, { spec: { versionPriority: 400 } })).spec.versionPriority).toBe(400);
  expect(namesOf(await get(APISERVICES))).toContain(`${VERSION}.${GROUP}`);
  await patch('strategic', APISERVICE, { metadata: { labels: { 'e2e-apiservice': 'patched' } } });
  expect((await get(APISERVICE)).metadata.labels).toEqual({ 'e2e-apiservice': 'patched' });

  await update(APISERVICE, ({ status }) => status.conditions.push(condition('StatusUpdated')), '/status');
  expect(await conditionsIn()).toContainEqual(expect.objectContaining(condition('StatusUpdated')));
  const labels = { [GROUP]: 'updated' };
  await update(APISERVICE, ({ metadata }) => {
    metadata.labels = labels;
  });
  const conditions = [...(await conditionsIn()), condition('StatusPatched')];
  await patch('merge', `${APISERVICE}/status`, { status: { conditions } });
  expect(await conditionsIn()).toContainEqual(expect.objectContaining(condition('StatusPatched')));

  await remove(`${APISERVICES}?${byLabels(labels)}`);
  expect((await get(`${APISERVICES}?${byLabels(labels)}`)).items).toEqual([]);
  await eventually(async () => expect((await ask('GET', `/apis/${GROUP}/${VERSION}`)).code).toBe(404), 30);
});
