import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApiServer, type TestApiServer } from '../../support/api-server.ts';

const CORE = '/api/v1/namespaces/default';
const BUDGETS = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
const MERGE = { 'content-type': 'application/merge-patch+json' };
let server: TestApiServer;
let made = 0;

beforeAll(async () => {
  server = await startApiServer();
  await post(`${CORE}/serviceaccounts`, { metadata: { name: 'default' } });
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string) => server.call('GET', path);
const post = (path: string, body: unknown) => server.call('POST', path, { body });
const merge = (path: string, body: unknown) => server.call('PATCH', path, { body, headers: MERGE });

interface PodOptions {
  labels?: Record<string, string>;
  nodeName?: string;
  phase?: string;
  ready?: boolean;
  spec?: object;
}

async function newPod({ labels, nodeName, phase, ready, spec }: PodOptions = {}): Promise<string> {
  const name = `pod-${made++}`;
  const containers = [{ name: 'c', image: 'i' }];
  const { code, text } = await post(`${CORE}/pods`, { metadata: { name, labels }, spec: { nodeName, containers, ...spec } });
  if (code !== 201) throw new Error(text);
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  if (phase) await merge(`${CORE}/pods/${name}/status`, { status: { phase, conditions } });
  return `${CORE}/pods/${name}`;
}

const nameIn = (path: string) => path.split('/').at(-1);

describe('bindings', () => {
  const bind = (path: string, metadata: object = {}, target: object = { kind: 'Node', name: 'n1' }) =>
    post(`${path}/binding`, { metadata: { name: nameIn(path), ...metadata }, target });

  test('the pod gets its node, what the binding carries, and the condition in its place', async () => {
    const path = await newPod({ labels: { a: '1' } });
    await merge(`${path}/status`, {
      status: {
        nominatedNodeName: 'n2',
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
          { type: 'Ready', status: 'False' },
        ],
      },
    });
    const answer = await bind(path, { labels: { b: '2' }, annotations: { c: '3' } });
    expect(answer).toMatchObject({ code: 201, body: { kind: 'Status', status: 'Success', code: 201 } });
    const { metadata, spec, status } = (await get(path)).body;
    expect(metadata).toMatchObject({ labels: { a: '1', b: '2' }, annotations: { c: '3' } });
    expect(spec.nodeName).toBe('n1');
    expect(status.nominatedNodeName).toBeUndefined();
    expect(status.conditions).toEqual([
      {
        type: 'PodScheduled',
        status: 'True',
        observedGeneration: 1,
        lastProbeTime: null,
        lastTransitionTime: expect.any(String),
      },
      expect.objectContaining({ type: 'Ready' }),
    ]);
  });

  test.each([
    ['a uid', { uid: 'x' }, /Precondition failed: UID in precondition: x, UID in object meta: /],
    ['a version', { resourceVersion: '1' }, /Precondition failed: ResourceVersion in precondition: 1, ResourceVersion in object meta: /],
  ])('%s is a precondition', async (_, metadata, message) => {
    const answer = await bind(await newPod(), metadata);
    expect(answer).toMatchObject({ code: 409, body: { message: expect.stringMatching(message), details: { kind: 'pods' } } });
  });

  test('refusals', async () => {
    const bound = await newPod({ nodeName: 'n9' });
    expect((await bind(bound)).body.message).toBe(
      `Operation cannot be fulfilled on pods/binding "${nameIn(bound)}": pod ${nameIn(bound)} is already assigned to node "n9"`,
    );
    const gated = await newPod({ spec: { schedulingGates: [{ name: 'example.com/wait' }] } });
    expect((await bind(gated)).body.message).toContain(`pod ${nameIn(gated)} has non-empty .spec.schedulingGates`);
    const path = await newPod();
    expect(await bind(path, { name: '' })).toMatchObject({
      code: 400,
      body: { message: 'name in URL does not match name in Binding object' },
    });
    expect(await bind(path, {}, { kind: 'Node' })).toMatchObject({ code: 500, body: { message: 'target.name: Required value' } });
    expect(await bind(path, {}, { kind: 'Pod', name: 'n' })).toMatchObject({
      code: 500,
      body: { message: 'target.kind: Unsupported value: "Pod": supported values: "Node", "<empty>"' },
    });
    expect((await bind(`${CORE}/pods/none`)).code).toBe(404);
  });

  test('a dry run binds nothing', async () => {
    const path = await newPod();
    expect((await post(`${path}/binding?dryRun=All`, { metadata: { name: nameIn(path) }, target: { name: 'n' } })).code).toBe(201);
    expect((await get(path)).body.spec.nodeName).toBeUndefined();
  });
});

describe('evictions', () => {
  const evict = (path: string, more: object = {}, query = '') =>
    post(`${path}/eviction${query}`, { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: nameIn(path) }, ...more });

  async function newBudget(status: object = {}, spec: object = {}): Promise<{ path: string; labels: Record<string, string> }> {
    const name = `budget-${made++}`;
    const labels = { budget: name };
    await post(BUDGETS, { metadata: { name }, spec: { minAvailable: 1, selector: { matchLabels: labels }, ...spec } });
    const counted = { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1, ...status };
    const { code, text } = await merge(`${BUDGETS}/${name}/status`, { status: counted });
    if (code !== 200) throw new Error(text);
    return { path: `${BUDGETS}/${name}`, labels };
  }
  const running = (labels: Record<string, string>, ready = true) => newPod({ labels, nodeName: 'n', phase: 'Running', ready });

  test('a pod that is covered spends the budget, is told why, and is deleted', async () => {
    const { path, labels } = await newBudget({ disruptionsAllowed: 1, currentHealthy: 2 });
    const pod = await running(labels);
    expect(await evict(pod)).toMatchObject({ code: 201, body: { status: 'Success' } });
    const { metadata, status } = (await get(pod)).body;
    expect(metadata.deletionTimestamp).toBeTruthy();
    expect(status.conditions.at(-1)).toMatchObject({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' });
    expect((await get(path)).body.status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { [nameIn(pod) as string]: expect.any(String) },
      conditions: [{ type: 'DisruptionAllowed', status: 'False', reason: 'InsufficientPods', observedGeneration: 1 }],
    });
  });

  test('a dry run spends nothing, but is refused where the eviction would be', async () => {
    const free = await newBudget({ disruptionsAllowed: 1 });
    const pod = await running(free.labels);
    for (const answer of [await evict(pod, {}, '?dryRun=All'), await evict(pod, { deleteOptions: { dryRun: ['All'] } })])
      expect(answer.code).toBe(201);
    expect((await get(free.path)).body.status).toMatchObject({ disruptionsAllowed: 1 });
    const { metadata, status } = (await get(pod)).body;
    expect(metadata.deletionTimestamp).toBeUndefined();
    expect(status.conditions).toHaveLength(1);
    expect((await evict(await running((await newBudget()).labels), {}, '?dryRun=All')).code).toBe(429);
  });

  test.each([
    ['too few', {}, 'needs 1 healthy pods and has 1 currently'],
    [
      'not counted',
      {
        conditions: [
          {
            type: 'DisruptionAllowed',
            status: 'False',
            reason: 'SyncFailed',
            message: 'no scale',
            lastTransitionTime: '2030-01-01T00:00:00Z',
          },
        ],
      },
      'does not allow evicting pods currently because it failed sync: no scale',
    ],
    ['enough, but none allowed', { currentHealthy: 3 }, 'does not allow evicting pods currently'],
  ])('%s', async (_, status, why) => {
    const { path, labels } = await newBudget(status);
    const answer = await evict(await running(labels));
    expect(answer).toMatchObject({
      code: 429,
      body: {
        message: "Cannot evict pod as it would violate the pod's disruption budget.",
        reason: 'TooManyRequests',
        details: { causes: [{ reason: 'DisruptionBudget', message: `The disruption budget ${nameIn(path)} ${why}` }] },
      },
    });
    expect(answer.headers['retry-after']).toBeUndefined();
  });

  test('a budget that the controller has not seen yet', async () => {
    const { path, labels } = await newBudget({ observedGeneration: 0, disruptionsAllowed: 1 });
    const answer = await evict(await running(labels));
    expect(answer).toMatchObject({ code: 429, headers: { 'retry-after': '10' } });
    expect(answer.body.details.causes[0].message).toBe(`The disruption budget ${nameIn(path)} is still being processed by the server.`);
  });

  test('two budgets', async () => {
    const { labels } = await newBudget({ disruptionsAllowed: 1 });
    await post(BUDGETS, { metadata: { name: `budget-${made++}` }, spec: { minAvailable: 1, selector: { matchLabels: labels } } });
    const { code, body } = await evict(await running(labels));
    expect(code).toBe(500);
    expect(body.message).toBe('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.');
    expect(body.reason).toBeUndefined();
  });

  test('pods that are not ready cost nothing where enough others are, or where the budget does not mind', async () => {
    const enough = await newBudget({ currentHealthy: 1, desiredHealthy: 1 });
    expect((await evict(await running(enough.labels, false))).code).toBe(201);
    const tooFew = await newBudget({ currentHealthy: 0, desiredHealthy: 1 });
    expect((await evict(await running(tooFew.labels, false))).code).toBe(429);
    const careless = await newBudget({ currentHealthy: 0, desiredHealthy: 1 }, { unhealthyPodEvictionPolicy: 'AlwaysAllow' });
    expect((await evict(await running(careless.labels, false))).code).toBe(201);
    expect((await evict(await running(careless.labels))).code).toBe(429);
  });

  test('pods that have not begun, or have ended, need no budget', async () => {
    const { labels } = await newBudget();
    for (const phase of ['Pending', 'Succeeded', 'Failed'])
      expect((await evict(await newPod({ labels, nodeName: 'n', phase }))).code).toBe(201);
  });

  test('refusals', async () => {
    expect((await evict(`${CORE}/pods/none`)).body.message).toBe('pods "none" not found');
    const pod = await running({});
    expect((await evict(pod, { metadata: {} })).body.message).toBe('name in URL does not match name in Eviction object');
    expect((await evict(pod, { deleteOptions: { propagationPolicy: 'Bad' } })).code).toBe(422);
    const { body } = await evict(pod, { deleteOptions: { preconditions: { resourceVersion: '1' } } });
    expect(body).toMatchObject({
      code: 409,
      message: expect.stringContaining('the ResourceVersion in the precondition (1) does not match'),
    });
    const { resourceVersion } = (await get(pod)).body.metadata;
    expect((await evict(pod, { deleteOptions: { preconditions: { resourceVersion }, gracePeriodSeconds: 0 } })).code).toBe(201);
    expect((await get(pod)).code).toBe(404);
  });
});

describe('containers for debugging', () => {
  const PATH = '/ephemeralcontainers';
  const container = { name: 'debug', image: 'busybox' };

  test('are added by PUT and by every kind of patch, and by nothing else', async () => {
    const path = await newPod();
    const { body } = await get(path + PATH);
    const put = await server.call('PUT', path + PATH, { body: { ...body, spec: { ...body.spec, ephemeralContainers: [container] } } });
    expect(put).toMatchObject({ code: 200, body: { spec: { ephemeralContainers: [{ ...container, imagePullPolicy: 'Always' }] } } });
    const patched = await server.call('PATCH', path + PATH, {
      body: { spec: { ephemeralContainers: [{ ...container, name: 'other' }] } },
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
    });
    expect(patched.body.spec.ephemeralContainers.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['debug', 'other']),
    );
    expect((await merge(path, { spec: { ephemeralContainers: [] } })).code).toBe(422);
  });

  test('cannot be changed or taken away', async () => {
    const path = await newPod();
    await merge(path + PATH, { spec: { ephemeralContainers: [container] } });
    const message = async (ephemeralContainers: unknown) => (await merge(path + PATH, { spec: { ephemeralContainers } })).body.message;
    const fault = `Pod "${nameIn(path)}" is invalid: spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be`;
    expect(await message([{ ...container, image: 'other' }])).toContain(`${fault} changed\n`);
    expect(await message(null)).toBe(`${fault} removed\n`);
    expect(await message([container, { name: 'c', image: 'i' }])).toContain('spec.ephemeralContainers[1].name: Duplicate value: "c"');
    const targeted = [container, { name: 'd', image: 'i', targetContainerName: 'none' }];
    expect(await message(targeted)).toContain('spec.ephemeralContainers[1].targetContainerName: Not found: "none"');
  });

  test('change nothing else, and count as a generation', async () => {
    const path = await newPod({ labels: { a: '1' } });
    const change = { metadata: { labels: { a: '2' } }, spec: { nodeName: 'x', ephemeralContainers: [container] } };
    expect((await merge(path + PATH, change)).body).toMatchObject({ metadata: { labels: { a: '1' }, generation: 2 } });
    expect((await get(path)).body.spec.nodeName).toBeUndefined();
  });
});

describe('resizes', () => {
  const strategic = (path: string, spec: object) =>
    server.call('PATCH', `${path}/resize`, { body: { spec }, headers: { 'content-type': 'application/strategic-merge-patch+json' } });
  const container = (resources: object) => ({ containers: [{ name: 'c', resources }] });
  const sized = { requests: { cpu: '100m', memory: '10Mi' }, limits: { cpu: '200m' } };
  const newSized = (more: object = {}) => newPod({ spec: { containers: [{ name: 'c', image: 'i', resources: sized }], ...more } });

  test('CPU and memory change, labels do not', async () => {
    const path = await newSized();
    const { code, body } = await strategic(path, container({ requests: { cpu: '150m' }, limits: { cpu: '300m', memory: '20Mi' } }));
    expect(code).toBe(200);
    expect(body.spec.containers[0].resources).toEqual({
      requests: { cpu: '150m', memory: '10Mi' },
      limits: { cpu: '300m', memory: '20Mi' },
    });
    expect(body.metadata.generation).toBe(2);
  });

  test.each<[string, object, string]>([
    [
      'another class',
      container({ limits: { cpu: '100m', memory: '10Mi' } }),
      'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
    ],
    [
      'no more request',
      container({ requests: { memory: null } }),
      'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed',
    ],
    ['no more limit', container({ limits: null }), 'spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed'],
    [
      'something else',
      container({ requests: { 'ephemeral-storage': '1Gi' } }),
      'spec: Forbidden: only cpu and memory resources are mutable',
    ],
    [
      'another container',
      { containers: [{ name: 'other', image: 'i' }] },
      'spec.containers: Forbidden: containers may not be added or removed on resize',
    ],
    ['more than the limit', container({ requests: { cpu: '1' } }), 'must be less than or equal to cpu limit of 200m'],
  ])('%s is refused', async (_, spec, message) => {
    const answer = await strategic(await newSized(), spec);
    expect(answer).toMatchObject({ code: 422, body: { message: expect.stringContaining(message) } });
  });

  test('where the node does not say what containers have', async () => {
    const path = await newSized({ nodeName: 'n' });
    const containerStatuses = [{ name: 'c', image: 'i', imageID: '', ready: true, restartCount: 0, state: { running: {} } }];
    await merge(`${path}/status`, { status: { containerStatuses } });
    expect((await strategic(path, container({ requests: { cpu: '150m' } }))).body.message).toContain(
      'spec: Forbidden: Pod running on node without support for resize',
    );
  });
});

describe('statuses', () => {
  test('a status that leaves out the class and generations keeps them', async () => {
    const path = await newPod();
    await merge(`${path}/status`, {
      status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'False', observedGeneration: 1 }] },
    });
    const { body } = await get(path);
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    const answer = await server.call('PUT', `${path}/status`, { body: { ...body, status } });
    expect(answer).toMatchObject({
      code: 200,
      body: { status: { qosClass: 'BestEffort', observedGeneration: 1, conditions: [{ status: 'True', observedGeneration: 1 }] } },
    });
    expect((await merge(`${path}/status`, { status: { qosClass: 'Burstable' } })).body.message).toContain(
      'status.qosClass: Invalid value: "Burstable": field is immutable',
    );
  });

  test('conditions have proper names, and what has ended stays so', async () => {
    const path = await newPod({ spec: { restartPolicy: 'Never', initContainers: [{ name: 'i', image: 'i' }] } });
    expect((await merge(`${path}/status`, { status: { conditions: [{ type: 'no good', status: 'True' }] } })).body.message).toContain(
      'metadata.conditions[0].Type: Invalid value: "no good"',
    );
    const statuses = (state: object) => [{ name: 'i', image: 'i', imageID: '', ready: false, restartCount: 0, state }];
    await merge(`${path}/status`, { status: { initContainerStatuses: statuses({ terminated: { exitCode: 1 } }) } });
    expect((await merge(`${path}/status`, { status: { initContainerStatuses: statuses({ running: {} }) } })).body.message).toContain(
      'status.initContainerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    );
  });
});
