// Conformance: the twelve of "ResourceQuota".
import { expect } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels } from '../../support/api-behaviour.ts';
import { IMAGE } from '../../support/conformance-cluster.ts';
import { eventually } from '../../support/process.ts';

const HARD = {
  services: '10',
  'services.nodeports': '1',
  'services.loadbalancers': '1',
  resourcequotas: '1',
  pods: '5',
  cpu: '1',
  memory: '500Mi',
  configmaps: '10',
  secrets: '10',
  persistentvolumeclaims: '10',
  'requests.storage': '10Gi',
  'ephemeral-storage': '50Gi',
  replicationcontrollers: '10',
  'count/replicasets.apps': '5',
  'requests.example.com/dongle': '3',
};

/** Waits until the quota says this much is used. */
const uses = (space: ApiSpace, used: Record<string, string>, name = 'test-quota') =>
  eventually(async () => {
    const { spec, status } = await space.get(space.core('resourcequotas', name));
    expect(status.hard).toEqual(spec.hard);
    expect(status.used).toMatchObject(used);
  }, 60);

async function withQuota(space: ApiSpace, used: Record<string, string> = {}): Promise<void> {
  await space.create(space.core('resourcequotas'), { metadata: { name: 'test-quota' }, spec: { hard: HARD } });
  await uses(space, { resourcequotas: '1', ...used });
}

const removed = async (space: ApiSpace, path: string) => {
  await space.delete(path, { gracePeriodSeconds: 0 });
};

apiBehaviour('a quota counts itself, and no second one is let in', async (space) => {
  await withQuota(space);
  const second = { metadata: { name: 'second' }, spec: { hard: { pods: '1' } } };
  expect(await space.refused('POST', space.core('resourcequotas'), second)).toMatchObject({ code: 403, reason: 'Forbidden' });
});

const service = (name: string, type: string, more = {}) => ({
  metadata: { name },
  spec: { type, ports: [{ port: 80, targetPort: 80 }], ...more },
});

apiBehaviour('services, by kind', async (space) => {
  await withQuota(space);
  const path = space.core('services');
  await space.create(path, service('cluster', 'ClusterIP'));
  await space.create(path, service('node', 'NodePort'));
  const refused = await space.refused('POST', path, service('balanced', 'LoadBalancer', { allocateLoadBalancerNodePorts: true }));
  expect(refused.message).toMatch(/exceeded quota: test-quota, requested: services.nodeports=1, used: services.nodeports=1, limited: /);
  await uses(space, { services: '2', 'services.nodeports': '1', 'services.loadbalancers': '0' });
  for (const name of ['cluster', 'node']) await space.delete(`${path}/${name}`);
  await uses(space, { services: '0', 'services.nodeports': '0' });
});

const containers = [{ name: 'main', image: IMAGE, command: ['sleep', '600'] }];
const template = { metadata: { labels: { name: 'quota' } }, spec: { containers } };
const objects = [
  { what: 'secrets', key: 'secrets', resource: 'secrets', body: { stringData: { 'data-1': 'value-1' } } },
  { what: 'config maps', key: 'configmaps', resource: 'configmaps', body: { data: { a: 'b' } } },
  {
    what: 'replication controllers',
    key: 'replicationcontrollers',
    resource: 'replicationcontrollers',
    body: { spec: { replicas: 0, selector: { name: 'quota' }, template } },
  },
  {
    what: 'replica sets',
    key: 'count/replicasets.apps',
    resource: 'replicasets',
    group: 'apps/v1',
    body: { spec: { replicas: 0, selector: { matchLabels: { name: 'quota' } }, template } },
  },
];
for (const { what, key, resource, group, body } of objects) {
  apiBehaviour(`${what}: counted when made, given back when deleted`, async (space) => {
    const path = group ? space.in(group, resource) : space.core(resource);
    // Every namespace has a config map of its own.
    if (resource === 'configmaps') await eventually(() => space.get(`${path}/kube-root-ca.crt`));
    const before = (await space.get(path)).items.length;
    await withQuota(space, { [key]: String(before) });
    await space.create(path, { metadata: { name: 'test' }, ...body });
    await uses(space, { [key]: String(before + 1) });
    await space.delete(`${path}/test`);
    await uses(space, { [key]: String(before) });
  });
}

const pod = (name: string, requests = {}, limits = {}, more = {}) => ({
  metadata: { name },
  // On no node: what is counted is what is asked for.
  spec: {
    nodeSelector: { 'x-test.k8s.io/unsatisfiable': 'not-schedulable' },
    containers: [{ name: 'pause', image: IMAGE, resources: { requests, limits } }],
    ...more,
  },
});

apiBehaviour('pods: what they ask for is counted, refused beyond the quota, and given back', async (space) => {
  await withQuota(space);
  const path = space.core('pods');
  const dongles = { 'example.com/dongle': '2' };
  const requests = { cpu: '500m', memory: '252Mi', 'ephemeral-storage': '30Gi', ...dongles };
  const used = { pods: '1', cpu: '500m', memory: '252Mi', 'ephemeral-storage': '30Gi', 'requests.example.com/dongle': '2' };
  await space.create(path, pod('test-pod', requests, dongles));
  await uses(space, used);
  const tooMuch = [
    pod('fail-pod', { cpu: '600m', memory: '100Mi' }),
    pod('fail-pod-for-extended-resource', { cpu: '500m', memory: '100Mi', 'ephemeral-storage': '10Gi', ...dongles }, dongles),
  ];
  for (const body of tooMuch) expect(await space.refused('POST', path, body)).toMatchObject({ code: 403, reason: 'Forbidden' });
  const changed = await space.get(`${path}/test-pod`);
  // Whatever else writes its status meanwhile.
  delete changed.metadata.resourceVersion;
  changed.spec.containers[0].resources.requests = { cpu: '100m', memory: '100Mi', 'ephemeral-storage': '10Gi' };
  expect(await space.refused('PUT', `${path}/test-pod`, changed)).toMatchObject({ code: 422, reason: 'Invalid' });
  await uses(space, used);
  await removed(space, `${path}/test-pod`);
  await uses(space, { pods: '0', cpu: '0', memory: '0', 'ephemeral-storage': '0', 'requests.example.com/dongle': '0' });
});

const REQUESTS = { cpu: '500m', memory: '200Mi' };
const LIMITS = { cpu: '1', memory: '400Mi' };
const USED = { pods: '1', 'requests.cpu': '500m', 'requests.memory': '200Mi', 'limits.cpu': '1', 'limits.memory': '400Mi' };
const UNUSED = { pods: '0', 'requests.cpu': '0', 'requests.memory': '0', 'limits.cpu': '0', 'limits.memory': '0' };
const WHOLE = { pods: '5', 'requests.cpu': '1', 'requests.memory': '500Mi', 'limits.cpu': '2', 'limits.memory': '1Gi' };

const scoped = [
  {
    one: 'Terminating',
    other: 'NotTerminating',
    hard: WHOLE,
    pods: [
      { of: 'NotTerminating', body: pod('test-pod', REQUESTS, LIMITS), used: USED },
      { of: 'Terminating', body: pod('terminating-pod', REQUESTS, LIMITS, { activeDeadlineSeconds: 3600 }), used: USED },
    ],
    unused: UNUSED,
  },
  {
    one: 'BestEffort',
    other: 'NotBestEffort',
    hard: { pods: '5' },
    pods: [
      { of: 'BestEffort', body: pod('best-effort'), used: { pods: '1' } },
      { of: 'NotBestEffort', body: pod('burstable', REQUESTS, LIMITS), used: { pods: '1' } },
    ],
    unused: { pods: '0' },
  },
];
for (const { one, other, hard, pods, unused } of scoped) {
  apiBehaviour(`pods are counted by the quota of their scope: ${one} or ${other}`, async (space) => {
    for (const scope of [one, other]) {
      await space.create(space.core('resourcequotas'), { metadata: { name: scope.toLowerCase() }, spec: { hard, scopes: [scope] } });
      await uses(space, unused, scope.toLowerCase());
    }
    for (const { of, body, used } of pods) {
      const ignored = of === one ? other : one;
      await space.create(space.core('pods'), body);
      await uses(space, used, of.toLowerCase());
      await uses(space, unused, ignored.toLowerCase());
      await removed(space, space.core('pods', body.metadata.name));
      await uses(space, unused, of.toLowerCase());
    }
  });
}

apiBehaviour('a quota is updated, patched, listed everywhere and deleted, alone and by collection', async (space) => {
  const path = space.core('resourcequotas');
  const labels = { 'e2e-rq-label': space.namespace };
  const quota = { metadata: { name: 'one', labels }, spec: { hard: { cpu: '1', memory: '500Mi' } } };
  await space.create(path, quota);
  expect((await space.get(`${path}/one`)).spec.hard).toEqual({ cpu: '1', memory: '500Mi' });
  // Without a version: whatever is there is replaced.
  const changed = await space.replace(`${path}/one`, { ...quota, spec: { hard: { cpu: '2', memory: '1Gi' } } });
  expect(changed.spec.hard).toEqual({ cpu: '2', memory: '1Gi' });
  expect((await space.get(`/api/v1/resourcequotas?${byLabels(labels)}`)).items).toHaveLength(1);
  const patched = await space.patch('strategic', `${path}/one`, {
    metadata: { labels: { patched: 'yes' } },
    spec: { hard: { memory: '750Mi' } },
  });
  expect(patched).toMatchObject({ metadata: { labels: { ...labels, patched: 'yes' } }, spec: { hard: { cpu: '2', memory: '750Mi' } } });
  await space.create(path, { ...quota, metadata: { name: 'two' } });
  await space.delete(`${path}?${byLabels(labels)}`);
  expect((await space.ask('GET', `${path}/one`)).code).toBe(404);
  await space.delete(`${path}/two`);
  expect((await space.ask('GET', `${path}/two`)).code).toBe(404);
});

/** The controller of other clusters hears of no status, and looks at all quotas every five minutes. */
const RESYNC_SECONDS = 360;

apiBehaviour(
  'the status of a quota is written, and made right again',
  async (space) => {
    const path = space.core('resourcequotas', 'test');
    const start = (await space.get(space.core('resourcequotas'))).metadata.resourceVersion;
    using watch = await space.watch(`${space.core('resourcequotas')}?resourceVersion=${start}`);
    const saysHard = (hard: object) =>
      watch.until(({ object }) => {
        const seen = object.status?.hard ?? {};
        return Object.entries(hard).every(([key, value]) => seen[key] === value);
      });
    const hard = { cpu: '500m', memory: '500Mi' };
    await space.create(space.core('resourcequotas'), { metadata: { name: 'test' }, spec: { hard } });
    await space.update(
      path,
      (quota) => {
        quota.status = { hard };
      },
      '/status',
    );
    await saysHard(hard);

    const more = { cpu: '1', memory: '1Gi' };
    await space.patch('strategic', path, { spec: { hard: more } });
    await space.patch('strategic', `${path}/status`, { status: { hard: more } });
    await saysHard(more);
    expect((await space.get(`${path}/status`)).status.hard).toEqual(more);

    const most = { cpu: '2', memory: '2Gi' };
    const patched = await space.patch('strategic', `${path}/status`, { spec: { hard: most }, status: { hard: most } });
    expect(patched.status.hard).toEqual(most);
    expect(patched.spec.hard).toEqual(more);
    await saysHard(most);
    await eventually(async () => expect((await space.get(path)).status.hard).toEqual(more), RESYNC_SECONDS);
  },
  2 * RESYNC_SECONDS * 1000,
);
