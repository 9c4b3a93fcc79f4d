import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pod } from '../../../src/kubernetes/api/generated/core-v1.ts';
import type { ResourceClaim } from '../../../src/kubernetes/api/generated/resource-v1.ts';
import { deviceClasses, pods, resourceClaims, resourceClaimTemplates, resourceSlices } from '../../../src/kubernetes/api/resources.ts';
import { startControlPlane, type TestControlPlane } from '../../support/control-plane.ts';

const namespace = 'default';
const FINALIZER = 'resource.kubernetes.io/delete-protection';
const spec = { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpus' } }] } };

let plane: TestControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ nodes: ['node-1', 'node-2'] });
  const { api } = plane;
  const selectors = [{ cel: { expression: 'device.driver == "gpu.example.com"' } }];
  await api.create(deviceClasses, { metadata: { name: 'gpus' }, spec: { selectors } });
  await api.create(resourceClaimTemplates, { metadata: { name: 'gpu', namespace }, spec: { spec } });
  await api.create(resourceSlices, {
    metadata: { name: 'node-2-gpus' },
    spec: {
      driver: 'gpu.example.com',
      nodeName: 'node-2',
      pool: { name: 'node-2', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'gpu-0' }],
    },
  });
});
afterAll(() => plane[Symbol.asyncDispose]());

const pod = (name: string, claim: object): Pod => ({
  metadata: { name, namespace },
  spec: { containers: [{ name: 'c', image: 'img' }], resourceClaims: [{ name: 'own', ...claim }] },
});
const podNow = (name: string, condition: (now: Pod | undefined) => boolean) => plane.untilOne(pods, `${namespace}/${name}`, condition);
const claimNow = (name: string, condition: (now: ResourceClaim | undefined) => boolean) =>
  plane.untilOne(resourceClaims, `${namespace}/${name}`, condition);
const refusal = (now: Pod | undefined) =>
  now?.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');

test('a pod goes where its device is; the next one waits until it is free', async () => {
  await plane.api.create(pods, pod('first', { resourceClaimTemplateName: 'gpu' }));
  const placed = await podNow('first', (now) => Boolean(now?.spec.nodeName));
  expect(placed?.spec.nodeName).toBe('node-2');
  const name = placed?.status?.resourceClaimStatuses?.[0]?.resourceClaimName ?? '';
  const claim = await claimNow(name, (now) => Boolean(now?.status?.allocation));
  expect(claim?.metadata.finalizers).toEqual([FINALIZER]);
  expect(claim?.status).toMatchObject({
    allocation: {
      devices: { results: [{ request: 'gpu', driver: 'gpu.example.com', pool: 'node-2', device: 'gpu-0' }] },
      nodeSelector: { nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-2'] }] }] },
    },
    reservedFor: [{ resource: 'pods', name: 'first', uid: placed?.metadata.uid }],
  });
  await plane.api.create(pods, pod('second', { resourceClaimTemplateName: 'gpu' }));
  const waiting = await podNow('second', (now) => refusal(now) !== undefined);
  expect(refusal(waiting)?.message).toMatch(/^0\/2 nodes are available: 2 cannot allocate all claims\./);
  await plane.api.delete(pods, { namespace, name: 'first' });
  expect((await podNow('second', (now) => Boolean(now?.spec.nodeName)))?.spec.nodeName).toBe('node-2');
  await plane.api.delete(pods, { namespace, name: 'second' });
  await plane.until(resourceClaims, (all) => all.length === 0);
});

test('pods that share a claim share its device, and its node', async () => {
  await Promise.all(['a', 'b'].map((name) => plane.api.create(pods, pod(name, { resourceClaimName: 'shared' }))));
  const early = await podNow('a', (now) => refusal(now) !== undefined);
  expect(refusal(early)?.message).toMatch(/resourceclaim "shared" not found/);
  await plane.api.create(resourceClaims, { metadata: { name: 'shared', namespace }, spec });
  for (const name of ['a', 'b']) expect((await podNow(name, (now) => Boolean(now?.spec.nodeName)))?.spec.nodeName).toBe('node-2');
  const claim = await claimNow('shared', (now) => now?.status?.reservedFor?.length === 2);
  expect(claim?.status?.reservedFor?.map(({ name }) => name).sort()).toEqual(['a', 'b']);
  for (const name of ['a', 'b']) await plane.api.delete(pods, { namespace, name });
  await claimNow('shared', (now) => !now?.status?.allocation && !now?.metadata.finalizers?.length);
});

test('a pod is bound once its device is attached, and starts over when it cannot be', async () => {
  const conditions = { bindingConditions: ['Attached'], bindingFailureConditions: ['Failed'] };
  await plane.api.create(deviceClasses, {
    metadata: { name: 'remote' },
    spec: { selectors: [{ cel: { expression: 'device.driver == "remote.example.com"' } }] },
  });
  await plane.api.create(resourceSlices, {
    metadata: { name: 'remote' },
    spec: {
      driver: 'remote.example.com',
      allNodes: true,
      pool: { name: 'fabric', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'slow', bindsToNode: true, ...conditions }],
    },
  });
  const wanted = { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'remote' } }] } };
  await plane.api.create(resourceClaims, { metadata: { name: 'remote', namespace }, spec: wanted });
  await plane.api.create(pods, pod('remote', { resourceClaimName: 'remote' }));
  const tell = async (type: string): Promise<void> => {
    const claim = await claimNow('remote', (now) => Boolean(now?.status?.reservedFor?.length) && !now?.status?.devices);
    const told = { type, status: 'True' as const, reason: 'Test', message: '', lastTransitionTime: '2030-01-01T00:00:00Z' };
    const devices = [{ driver: 'remote.example.com', pool: 'fabric', device: 'slow', conditions: [told] }];
    await plane.api.updateStatus(resourceClaims, { ...(claim as ResourceClaim), status: { ...claim?.status, devices } });
  };
  await tell('Failed');
  await claimNow('remote', (now) => !now?.status?.allocation);
  await tell('Attached');
  const node = (await podNow('remote', (now) => Boolean(now?.spec.nodeName)))?.spec.nodeName;
  const { status } = await plane.api.get(resourceClaims, { namespace, name: 'remote' });
  expect(status?.allocation?.nodeSelector?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values).toEqual([node]);
  await plane.api.delete(pods, { namespace, name: 'remote' });
});

test('a class that is not there is named', async () => {
  const devices = { requests: [{ name: 'r', exactly: { deviceClassName: 'none' } }] };
  await plane.api.create(resourceClaims, { metadata: { name: 'classless', namespace }, spec: { devices } });
  await plane.api.create(pods, pod('classless', { resourceClaimName: 'classless' }));
  const waiting = await podNow('classless', (now) => refusal(now) !== undefined);
  expect(refusal(waiting)?.message).toMatch(/request r: device class none does not exist/);
  await plane.api.delete(pods, { namespace, name: 'classless' });
});
