import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeClaimStatus } from '../../api/generated/core-v1.ts';
import { persistentVolumeClaims, persistentVolumes, storageClasses } from '../../api/resources.ts';
import { keyOf } from '../../machinery/meta.ts';
import type { Cache } from '../framework/cache.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { defineController, done, watchOf } from '../framework/controller.ts';
import { semanticallyEqual } from '../framework/equal.ts';
import { bestVolume, classOf, isFor } from './matching.ts';

const BIND_COMPLETED = 'pv.kubernetes.io/bind-completed';
const BOUND_BY_US = 'pv.kubernetes.io/bound-by-controller';
const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';
const SELECTED_NODE = 'volume.kubernetes.io/selected-node';

/** Binds claims to volumes that suit them, or asks a provisioner for one. */
export const claimBindingController = defineController({
  name: 'persistentvolume-binder',
  eventSource: 'persistentvolume-controller',
  primary: persistentVolumeClaims,
  watches: [watchOf(persistentVolumes, ({ next, previous }, cache) => claimsConcerned(next ?? previous, cache))],
  reads: [storageClasses],
  // One at a time: two claims must not take the same volume.
  workers: 1,

  async reconcile(key, context, signal) {
    const claim = context.cache.get(persistentVolumeClaims, key);
    if (!claim || claim.metadata.deletionTimestamp) return done;
    if (claim.spec.volumeName) await followVolume(claim, claim.spec.volumeName, context, signal);
    else await findVolume(claim, context, signal);
    return done;
  },
});

/** The claim a volume is for; a free volume may be for any that waits. */
function claimsConcerned(volume: PersistentVolume | undefined, cache: Cache): string[] {
  const reference = volume?.spec.claimRef;
  if (reference) return [`${reference.namespace}/${reference.name}`];
  return cache
    .list(persistentVolumeClaims)
    .filter(({ spec }) => !spec.volumeName || spec.volumeName === volume?.metadata.name)
    .map(keyOf);
}

async function findVolume(claim: PersistentVolumeClaim, context: ControllerContext, signal: AbortSignal): Promise<void> {
  const { cache, events } = context;
  const waits = waitsForConsumer(claim, cache);
  const volume = bestVolume(claim, cache.list(persistentVolumes));
  if (volume && (!waits || isFor(volume, claim))) {
    await bind(claim, volume, context, signal);
    return;
  }
  if (waits) events.normal(claim, 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
  const current = waits ? claim : await provision(claim, context, signal);
  await setStatus(current, { phase: 'Pending' }, context, signal);
}

/** Such a claim is bound only when it is known on which node its pod will be. */
function waitsForConsumer(claim: PersistentVolumeClaim, cache: Cache): boolean {
  const storageClass = cache.get(storageClasses, classOf(claim));
  return storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !claim.metadata.annotations?.[SELECTED_NODE];
}

/** Asks the class's provisioner for a volume; the claim as it is then. */
async function provision(
  claim: PersistentVolumeClaim,
  { cache, api, events }: ControllerContext,
  signal: AbortSignal,
): Promise<PersistentVolumeClaim> {
  const name = classOf(claim);
  if (!name) {
    events.normal(claim, 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
    return claim;
  }
  const storageClass = cache.get(storageClasses, name);
  if (!storageClass) {
    events.warning(claim, 'ProvisioningFailed', `storageclass.storage.k8s.io "${name}" not found`);
    return claim;
  }
  const { provisioner } = storageClass;
  if (provisioner === 'kubernetes.io/no-provisioner') return claim;
  const advice = 'If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
  const waiting = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator.`;
  events.normal(claim, 'ExternalProvisioning', `${waiting} ${advice}`);
  if (claim.metadata.annotations?.[PROVISIONER] === provisioner) return claim;
  const annotations = {
    ...claim.metadata.annotations,
    [PROVISIONER]: provisioner,
    'volume.beta.kubernetes.io/storage-provisioner': provisioner,
  };
  return api.update(persistentVolumeClaims, { ...claim, metadata: { ...claim.metadata, annotations } }, {}, signal);
}

/** Volume first: where this is interrupted, the volume says whose it is. */
async function bind(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  context: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const { api } = context;
  const bound = await claimVolume(claim, volume, context, signal);
  const { volumeName } = claim.spec;
  const annotations: Record<string, string> = { ...claim.metadata.annotations, [BIND_COMPLETED]: 'yes' };
  if (!volumeName) annotations[BOUND_BY_US] = 'yes';
  const right = volumeName === bound.metadata.name && claim.metadata.annotations?.[BIND_COMPLETED];
  const next = { ...claim, metadata: { ...claim.metadata, annotations }, spec: { ...claim.spec, volumeName: bound.metadata.name } };
  const updated = right ? claim : await api.update(persistentVolumeClaims, next, {}, signal);
  const capacity = { ...bound.spec.capacity };
  const { accessModes, volumeAttributesClassName } = bound.spec;
  // Later on the class is the business of whoever modifies the volume.
  const attributesClass =
    updated.status?.phase === 'Pending' && volumeAttributesClassName ? { currentVolumeAttributesClassName: volumeAttributesClassName } : {};
  await setStatus(updated, { phase: 'Bound', accessModes, capacity, ...attributesClass }, context, signal);
}

async function claimVolume(
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<PersistentVolume> {
  let current = volume;
  if (!volume.spec.claimRef?.uid) {
    const { namespace, name, uid, resourceVersion } = claim.metadata;
    const claimRef = { kind: 'PersistentVolumeClaim', apiVersion: 'v1', namespace, name, uid, resourceVersion };
    const ours: Record<string, string> = volume.spec.claimRef ? {} : { [BOUND_BY_US]: 'yes' };
    const metadata = { ...volume.metadata, annotations: { ...volume.metadata.annotations, ...ours } };
    current = await api.update(persistentVolumes, { ...volume, metadata, spec: { ...volume.spec, claimRef } }, {}, signal);
  }
  if (current.status?.phase === 'Bound') return current;
  return api.updateStatus(persistentVolumes, { ...current, status: { ...current.status, phase: 'Bound' } }, {}, signal);
}

/** A claim that names its volume, or is bound to it already. */
async function followVolume(claim: PersistentVolumeClaim, name: string, context: ControllerContext, signal: AbortSignal): Promise<void> {
  const { cache, events } = context;
  const volume = cache.get(persistentVolumes, name);
  const wasBound = claim.metadata.annotations?.[BIND_COMPLETED] !== undefined;
  if (volume && (!volume.spec.claimRef || isFor(volume, claim))) {
    await bind(claim, volume, context, signal);
    return;
  }
  if (!wasBound) {
    if (volume) events.warning(claim, 'FailedBinding', `volume "${name}" already bound to a different claim.`);
    await setStatus(claim, { phase: 'Pending' }, context, signal);
    return;
  }
  if (claim.status?.phase !== 'Lost') {
    const [reason, message] = volume
      ? ['ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly']
      : ['ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!'];
    events.warning(claim, reason, message);
  }
  await setStatus(claim, { ...claim.status, phase: 'Lost', accessModes: undefined, capacity: undefined }, context, signal);
}

async function setStatus(
  claim: PersistentVolumeClaim,
  wanted: PersistentVolumeClaimStatus,
  { api }: ControllerContext,
  signal: AbortSignal,
): Promise<void> {
  const status = { ...claim.status, ...wanted };
  if (!semanticallyEqual(status, claim.status)) await api.updateStatus(persistentVolumeClaims, { ...claim, status }, {}, signal);
}
