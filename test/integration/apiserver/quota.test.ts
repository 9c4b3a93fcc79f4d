import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

let server: TestApiServer;
let namespace = '';
let count = 0;

beforeAll(async () => {
  server = await startApiServer({ config: { disableAdmissionPlugins: ['ServiceAccount'] } });
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  namespace = `ns-${++count}`;
  await server.call('POST', '/api/v1/namespaces', { body: { metadata: { name: namespace } } });
});

const path = (plural: string) => `/api/v1/namespaces/${namespace}/${plural}`;
const post = (plural: string, body: object, query = '') => server.call('POST', path(plural) + query, { body });
const pod = (name: string, container: object = {}, spec: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'img:1', ...container }], ...spec },
});

/** A quota as the controller leaves it. */
async function quota(name: string, hard: Record<string, string>, used: Record<string, string>, spec: object = {}): Promise<void> {
  const { body } = await post('resourcequotas', { metadata: { name }, spec: { hard, ...spec } });
  const answer = await server.call('PUT', `${path('resourcequotas')}/${name}/status`, { body: { ...body, status: { hard, used } } });
  expect(answer.code).toBe(200);
}

const usedOf = async (name: string) => (await server.call('GET', `${path('resourcequotas')}/${name}`)).body.status.used;

describe('resource quota', () => {
  test('creations are charged until the quota is used up', async () => {
    await quota('q', { pods: '2', 'requests.cpu': '1' }, { pods: '0', 'requests.cpu': '0' });
    const resources = { requests: { cpu: '300m' } };
    expect((await post('pods', pod('a', { resources }))).code).toBe(201);
    expect((await post('pods', pod('b', { resources }))).code).toBe(201);
    expect(await usedOf('q')).toEqual({ pods: '2', 'requests.cpu': '600m' });
    expect(await post('pods', pod('c', { resources: { requests: { cpu: '500m' } } }))).toMatchObject({
      code: 403,
      body: {
        reason: 'Forbidden',
        message:
          'pods "c" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=500m, used: pods=2,requests.cpu=600m, limited: pods=2,requests.cpu=1',
      },
    });
  });

  test('many at once never take more than there is', async () => {
    await quota('q', { 'count/configmaps': '5' }, { 'count/configmaps': '0' });
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => post('configmaps', { metadata: { name: `c-${i}` } })));
    expect(answers.filter(({ code }) => code === 201)).toHaveLength(5);
    expect(await usedOf('q')).toEqual({ 'count/configmaps': '5' });
  });

  test('a dry run is held to the quota but charges nothing', async () => {
    await quota('q', { configmaps: '1' }, { configmaps: '0' });
    expect((await post('configmaps', { metadata: { name: 'a' } }, '?dryRun=All')).code).toBe(201);
    expect(await usedOf('q')).toEqual({ configmaps: '0' });
  });

  test('containers must say what a quota on compute counts', async () => {
    await quota('q', { 'limits.cpu': '1', memory: '1Gi' }, { 'limits.cpu': '0', memory: '0' });
    expect((await post('pods', pod('a'))).body.message).toBe(
      'pods "a" is forbidden: failed quota: q: must specify limits.cpu for: c; memory for: c',
    );
  });

  test('a quota that was not counted yet lets nothing in', async () => {
    await quota('q', { pods: '2' }, {});
    expect((await post('pods', pod('a'))).body.message).toBe('pods "a" is forbidden: status unknown for quota: q, resources: pods');
  });

  test.each([
    { scopes: ['BestEffort'], counts: { bestEffort: true, burstable: false, deadline: true, important: true } },
    { scopes: ['NotBestEffort'], counts: { bestEffort: false, burstable: true, deadline: false, important: false } },
    { scopes: ['Terminating'], counts: { bestEffort: false, burstable: false, deadline: true, important: false } },
    {
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-cluster-critical'] }] },
      counts: { bestEffort: false, burstable: false, deadline: false, important: true },
    },
    {
      scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'DoesNotExist' }] },
      counts: { bestEffort: true, burstable: true, deadline: true, important: false },
    },
  ])('scopes %o', async ({ counts, ...spec }) => {
    const pods = {
      bestEffort: pod('p'),
      burstable: pod('p', { resources: { requests: { cpu: '1m' } } }),
      deadline: pod('p', {}, { activeDeadlineSeconds: 5 }),
      important: pod('p', {}, { priorityClassName: 'system-cluster-critical' }),
    };
    await quota('q', { pods: '0' }, { pods: '0' }, spec);
    for (const [kind, body] of Object.entries(pods)) {
      const { code } = await post('pods', body, '?dryRun=All');
      expect([kind, code]).toEqual([kind, counts[kind as keyof typeof counts] ? 403 : 201]);
    }
  });

  test('services count by their ports, and again when their type changes', async () => {
    const none = { services: '0', 'services.nodeports': '0', 'services.loadbalancers': '0' };
    await quota('q', { services: '5', 'services.nodeports': '2', 'services.loadbalancers': '1' }, none);
    const ports = [
      { name: 'a', port: 80 },
      { name: 'b', port: 81 },
    ];
    const { body } = await post('services', { metadata: { name: 's' }, spec: { ports } });
    expect(await usedOf('q')).toEqual({ services: '1', 'services.nodeports': '0', 'services.loadbalancers': '0' });
    const changed = { ...body, spec: { ...body.spec, type: 'LoadBalancer' } };
    expect((await server.call('PUT', `${path('services')}/s`, { body: changed })).code).toBe(200);
    expect(await usedOf('q')).toEqual({ services: '1', 'services.nodeports': '2', 'services.loadbalancers': '1' });
    const third = await post('services', { metadata: { name: 't' }, spec: { type: 'NodePort', ports: [{ port: 80 }] } });
    expect(third.body.message).toBe(
      'services "t" is forbidden: exceeded quota: q, requested: services.nodeports=1, used: services.nodeports=2, limited: services.nodeports=2',
    );
  });

  test('claims count by storage class', async () => {
    const name = 'gold.storageclass.storage.k8s.io/requests.storage';
    await quota('q', { [name]: '5Gi', persistentvolumeclaims: '9' }, { [name]: '0', persistentvolumeclaims: '0' });
    const claim = (storageClassName: string, storage: string) => ({
      metadata: { name: storageClassName },
      spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    });
    expect((await post('persistentvolumeclaims', claim('gold', '4Gi'))).code).toBe(201);
    expect((await post('persistentvolumeclaims', claim('lead', '40Gi'))).code).toBe(201);
    expect(await usedOf('q')).toEqual({ [name]: '4Gi', persistentvolumeclaims: '2' });
  });
});

describe('limit range', () => {
  const limits = (...items: object[]) => post('limitranges', { metadata: { name: 'l' }, spec: { limits: items } });

  test('containers get what they do not say', async () => {
    await limits({ type: 'Container', default: { cpu: '500m', memory: '1Gi' }, defaultRequest: { cpu: '100m' } });
    const init = { initContainers: [{ name: 'i', image: 'img:1', resources: { limits: { cpu: '1' } } }] };
    const { body } = await post('pods', pod('a', {}, init));
    expect(body.spec.containers[0].resources).toEqual({
      limits: { cpu: '500m', memory: '1Gi' },
      requests: { cpu: '100m', memory: '1Gi' },
    });
    expect(body.spec.initContainers[0].resources).toEqual({ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1', memory: '1Gi' } });
    expect(body.metadata.annotations['kubernetes.io/limit-ranger']).toBe(
      'LimitRanger plugin set: cpu, memory request for container c; cpu, memory limit for container c; memory request for init container i; memory limit for init container i',
    );
  });

  test.each([
    {
      limit: { type: 'Container', max: { cpu: '1' } },
      resources: { limits: { cpu: '2' } },
      why: 'maximum cpu usage per Container is 1, but limit is 2',
    },
    {
      limit: { type: 'Container', min: { memory: '1Gi' } },
      resources: { requests: { memory: '1Mi' } },
      why: 'minimum memory usage per Container is 1Gi, but request is 1Mi',
    },
    {
      limit: { type: 'Pod', max: { cpu: '1', memory: '1Gi' } },
      resources: { limits: { cpu: '2' } },
      why: '[maximum cpu usage per Pod is 1, but limit is 2, maximum memory usage per Pod is 1Gi. No limit is specified]',
    },
    {
      limit: { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
      resources: { limits: { cpu: '3' }, requests: { cpu: '1' } },
      why: 'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    },
  ])('$why', async ({ limit, resources, why }) => {
    await limits(limit);
    expect(await post('pods', pod('p', { resources }))).toMatchObject({ code: 403, body: { message: `pods "p" is forbidden: ${why}` } });
  });

  test('claims are held to what they request', async () => {
    await limits({ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } });
    const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } } };
    expect((await post('persistentvolumeclaims', { metadata: { name: 'c' }, spec })).body.message).toBe(
      'persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi',
    );
  });
});
