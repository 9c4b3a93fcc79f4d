import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pod } from '../../../src/kubernetes/api/generated/core-v1.ts';
import type { ResourceClaim } from '../../../src/kubernetes/api/generated/resource-v1.ts';
import { deviceClasses, pods, resourceClaims, resourceClaimTemplates } from '../../../src/kubernetes/api/resources.ts';
import { startControlPlane, type TestControlPlane } from '../../support/control-plane.ts';

let plane: TestControlPlane;
beforeAll(async () => {
  plane = await startControlPlane({ nodes: ['node-1'] });
  await plane.api.create(deviceClasses, { metadata: { name: 'gpus' }, spec: {} });
});
afterAll(() => plane[Symbol.asyncDispose]());

const namespace = 'default';
const FINALIZER = 'resource.kubernetes.io/delete-protection';
const spec = { devices: { requests: [{ name: 'gpu', exactly: { deviceClassName: 'gpus' } }] } };
const allocation = { devices: { results: [{ request: 'gpu', driver: 'a.b', pool: 'p', device: 'd' }] } };

/** A pod on its node already, so that no scheduler minds its claims. */
const pod = (name: string, resourceClaimsOfPod: Pod['spec']['resourceClaims']): Pod => ({
  metadata: { name, namespace },
  spec: { nodeName: 'node-1', containers: [{ name: 'c', image: 'img' }], resourceClaims: resourceClaimsOfPod },
});
const claimNow = (name: string, condition: (claim: ResourceClaim | undefined) => boolean) =>
  plane.untilOne(resourceClaims, `${namespace}/${name}`, condition);

/** What a scheduler would have done. */
async function allocate(name: string): Promise<void> {
  const claim = await plane.api.get(resourceClaims, { namespace, name });
  const held = await plane.api.update(resourceClaims, { ...claim, metadata: { ...claim.metadata, finalizers: [FINALIZER] } });
  await plane.api.updateStatus(resourceClaims, { ...held, status: { allocation } });
}

test('a pod gets its claims from templates, also from those that come later, and leaves none behind', async () => {
  await plane.api.create(pods, pod('made', [{ name: 'own', resourceClaimTemplateName: 'template' }]));
  const template = { metadata: { labels: { made: 'yes' } }, spec };
  await plane.api.create(resourceClaimTemplates, { metadata: { name: 'template', namespace }, spec: template });
  const found = await plane.untilOne(pods, `${namespace}/made`, (now) => Boolean(now?.status?.resourceClaimStatuses?.length));
  const name = found?.status?.resourceClaimStatuses?.[0]?.resourceClaimName ?? '';
  expect(name).toMatch(/^made-own-/);
  const claim = await claimNow(name, Boolean);
  expect(claim?.metadata).toMatchObject({
    labels: { made: 'yes' },
    annotations: { 'resource.kubernetes.io/pod-claim-name': 'own' },
    ownerReferences: [{ kind: 'Pod', name: 'made', controller: true }],
  });
  await plane.api.delete(pods, { namespace, name: 'made' });
  await claimNow(name, (gone) => gone === undefined);
});

test('a claim that is allocated is reserved for the pod on a node, and given back with it', async () => {
  await plane.api.create(resourceClaims, { metadata: { name: 'shared', namespace }, spec });
  await plane.api.create(pods, pod('user', [{ name: 'own', resourceClaimName: 'shared' }]));
  await allocate('shared');
  const reserved = await claimNow('shared', (claim) => claim?.status?.reservedFor?.length === 1);
  expect(reserved?.status?.reservedFor).toMatchObject([{ resource: 'pods', name: 'user' }]);
  await plane.api.delete(pods, { namespace, name: 'user' });
  const free = await claimNow('shared', (claim) => !claim?.status?.allocation && !claim?.metadata.finalizers?.length);
  expect(free?.status?.reservedFor).toBeUndefined();
});

test('a deleted claim stays until nobody uses it', async () => {
  await plane.api.create(resourceClaims, { metadata: { name: 'kept', namespace }, spec });
  await plane.api.create(pods, pod('keeper', [{ name: 'own', resourceClaimName: 'kept' }]));
  await allocate('kept');
  await claimNow('kept', (claim) => claim?.status?.reservedFor?.length === 1);
  await plane.api.delete(resourceClaims, { namespace, name: 'kept' });
  expect((await claimNow('kept', (claim) => claim?.metadata.deletionTimestamp !== undefined))?.status?.allocation).toBeDefined();
  await plane.api.delete(pods, { namespace, name: 'keeper' });
  await claimNow('kept', (claim) => claim === undefined);
});

test('a claim that was made for a pod goes when the pod is over', async () => {
  const made = await plane.api.create(pods, pod('over', [{ name: 'own', resourceClaimTemplateName: 'template' }]));
  const found = await plane.untilOne(
    pods,
    `${namespace}/over`,
    (now) => Boolean(now?.status?.resourceClaimStatuses?.length) && now?.status?.phase === 'Running',
  );
  const name = found?.status?.resourceClaimStatuses?.[0]?.resourceClaimName ?? '';
  await plane.api.updateStatus(pods, { ...(found ?? made), status: { ...found?.status, phase: 'Succeeded' } });
  await claimNow(name, (gone) => gone === undefined);
  await plane.api.delete(pods, { namespace, name: 'over' });
});
