// Conformance: "PersistentVolumes CSI Conformance should run through the lifecycle of a PV and a PVC", "... should apply changes
// to a pv/pvc status".
import { expect, type TestContext } from 'vitest';
import { type ApiSpace, apiBehaviour, byLabels, namesOf } from '../../support/api-behaviour.ts';
import { eventually } from '../../support/process.ts';

const VOLUMES = '/api/v1/persistentvolumes';

/** A volume and a claim of a class of the test's own, as a driver would have made them. */
async function make(space: ApiSpace, context: TestContext, name: string): Promise<{ volume: string; claim: string }> {
  const volume = `${space.namespace}-${name}`;
  context.onTestFinished(async () => {
    await space.ask('DELETE', `${VOLUMES}/${volume}`);
  });
  const spec = { storageClassName: space.namespace, accessModes: ['ReadWriteOnce'] };
  await space.create(VOLUMES, {
    metadata: { name: volume, labels: { 'e2e-pv-pool': space.namespace } },
    spec: {
      ...spec,
      capacity: { storage: '2Gi' },
      persistentVolumeReclaimPolicy: 'Retain',
      csi: { driver: 'inline-driver.example.com', volumeHandle: `e2e-${name}` },
    },
  });
  await space.create(space.core('persistentvolumeclaims'), {
    metadata: { name },
    spec: { ...spec, resources: { requests: { storage: '1Gi' } } },
  });
  return { volume: `${VOLUMES}/${volume}`, claim: space.core('persistentvolumeclaims', name) };
}

const none = (space: ApiSpace, path: string) => eventually(async () => expect((await space.get(path)).items).toEqual([]), 30);

apiBehaviour('volumes and claims: made, listed, patched, updated, deleted alone and as collections', async (space, context) => {
  const pool = `${VOLUMES}?${byLabels({ 'e2e-pv-pool': space.namespace })}`;
  const claims = space.core('persistentvolumeclaims');
  const first = await make(space, context, 'first');
  expect((await space.get(pool)).items).toHaveLength(1);
  expect(namesOf(await space.get(claims))).toEqual(['first']);
  for (const path of [first.volume, first.claim]) {
    const { metadata } = await space.get(path);
    const patched = await space.patch('strategic', path, { metadata: { labels: { [metadata.name]: 'patched' } } });
    expect(patched.metadata).toMatchObject({ uid: metadata.uid, labels: { [metadata.name]: 'patched' } });
    expect(Number(patched.metadata.resourceVersion)).toBeGreaterThan(Number(metadata.resourceVersion));
  }
  await space.delete(first.claim);
  await none(space, claims);
  await space.delete(first.volume);
  await none(space, pool);

  const second = await make(space, context, 'second');
  const selector = { [`${space.namespace}-own`]: 'updated' };
  for (const path of [second.volume, second.claim]) {
    const updated = await space.update(path, ({ metadata }) => {
      metadata.labels = { ...metadata.labels, ...selector };
    });
    expect(updated.metadata.labels).toMatchObject(selector);
  }
  expect(namesOf(await space.get(`/api/v1/persistentvolumeclaims?${byLabels(selector)}`))).toEqual(['second']);
  for (const path of [claims, VOLUMES]) {
    await space.delete(`${path}?${byLabels(selector)}`);
    await none(space, `${path}?${byLabels(selector)}`);
  }
});

apiBehaviour('the status of volumes and claims is read, patched and updated', async (space, context) => {
  const { volume, claim } = await make(space, context, 'status');
  expect((await space.get(`${claim}/status`)).status.phase).toMatch(/^(Pending|Bound)$/);
  expect((await space.get(`${volume}/status`)).status.phase).toMatch(/^(Pending|Available|Bound)$/);
  const condition = (type: string, reason: string) => ({ type, status: 'True', reason, message: 'Set from e2e test' });
  const patchedClaim = await space.patch('merge', `${claim}/status`, {
    status: { conditions: [condition('StatusPatched', 'E2E patchedStatus')] },
  });
  expect(patchedClaim.status.conditions).toMatchObject([condition('StatusPatched', 'E2E patchedStatus')]);
  const patchedVolume = await space.patch('merge', `${volume}/status`, { status: { message: 'StatusPatched', reason: 'E2E patchStatus' } });
  expect(patchedVolume.status).toMatchObject({ message: 'StatusPatched', reason: 'E2E patchStatus' });

  const updatedClaim = await space.update(
    claim,
    ({ status }) =>
      status.conditions.push({ ...condition('StatusUpdated', 'E2E updateStatus'), lastProbeTime: null, lastTransitionTime: null }),
    '/status',
  );
  expect(updatedClaim.status.conditions).toMatchObject([
    condition('StatusPatched', 'E2E patchedStatus'),
    condition('StatusUpdated', 'E2E updateStatus'),
  ]);
  const updatedVolume = await space.update(
    volume,
    ({ status }) => Object.assign(status, { message: 'StatusUpdated', reason: 'E2E updateStatus' }),
    '/status',
  );
  expect(updatedVolume.status).toMatchObject({ message: 'StatusUpdated', reason: 'E2E updateStatus' });
});
