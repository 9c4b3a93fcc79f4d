import { randomUUID } from 'node:crypto';
import type { ResourceDefinition } from '../../api/define.ts';
import { objectFaults } from '../../api/validation/object.ts';
import { formatTime, type KubeObject } from '../../machinery/meta.ts';
import { ApiError, alreadyExists, badRequest, noUniqueName } from '../../machinery/status.ts';
import type { AdmissionAttributes } from '../admission/admission.ts';
import { storageKey } from '../store/keys.ts';
import { encodeForStorage, inWriteOrder, type StoredObject } from '../store/stored-object.ts';
import type { WriteContext } from './context.ts';
import { cryptographicFaults } from './cryptographic-faults.ts';
import { recordOwner } from './field-owners.ts';
import { within } from './kind-hooks.ts';
import { generateName } from './names.ts';
import { namespaceFaults } from './namespace-rules.ts';
import { dropRepeatedOwners } from './owner-references.ts';
import { admissionAttributes, type Registry, type Target } from './registry.ts';
import { hasGeneration } from './update-shapes.ts';
import { rejectFaults, warnAbout } from './validate.ts';

/** Names are drawn again this often when a generated one is taken. */
const NAME_ATTEMPTS = 8;

/** Creates `object`, which is the server's own copy, decoded and defaulted. */
export async function createObject<T extends KubeObject>(
  registry: Registry,
  target: Target<T>,
  object: T,
  write: WriteContext,
): Promise<StoredObject<T>> {
  placeInNamespace(target, object);
  const attributes = admissionAttributes('CREATE', { ...target, name: object.metadata.name ?? '' }, write, { object });
  await prepare(registry, target.definition, object, attributes, write);
  const generated = !object.metadata.name && Boolean(object.metadata.generateName);
  for (let attempt = 1; ; attempt++) {
    if (generated) object.metadata.name = nameFor(target.definition, object.metadata.generateName as string);
    const stored = await createOnce(registry, target, object, attributes, write);
    if (stored) return stored;
    if (!generated || attempt === NAME_ATTEMPTS) throw await nameTaken(registry, target, object);
  }
}

/** Objects named after addresses get the address and no more. */
const nameFor = ({ nameRule }: ResourceDefinition, base: string): string => (nameRule === 'ipAddress' ? base : generateName(base));

async function nameTaken<T extends KubeObject>(
  registry: Registry,
  { definition, namespace }: Target<T>,
  { metadata: { name = '', generateName } }: T,
): Promise<ApiError> {
  const { status } = generateName ? noUniqueName(definition, name) : alreadyExists(definition, name);
  const holder = await registry.cache.cacheOf(definition).get(namespace, name);
  return new ApiError(
    holder?.object.metadata.deletionTimestamp ? { ...status, message: `object is being deleted: ${status.message}` } : status,
  );
}

/** One attempt under one name. Where a hook fills in what goes with the name, the next one starts from what was there before. */
async function createOnce<T extends KubeObject>(
  registry: Registry,
  target: Target<T>,
  object: T,
  attributes: AdmissionAttributes,
  write: WriteContext,
): Promise<StoredObject<T> | undefined> {
  const hooks = registry.hooks.of(target.definition);
  const own = hooks && object.metadata.generateName ? structuredClone(object) : object;
  const transaction = await hooks?.beginCreate(own, write);
  return within(transaction, () => {
    target.definition.prepareCreate?.(own, write.user);
    return createNamed(registry, target, own, own === object ? attributes : { ...attributes, object: own }, write);
  });
}

/** What happens to a new object before it has a name. What only the server sets, admission does not get to see. */
async function prepare<T extends KubeObject>(
  registry: Registry,
  definition: ResourceDefinition<T>,
  object: T,
  attributes: AdmissionAttributes,
  write: WriteContext,
): Promise<void> {
  const now = registry.clock.now();
  wipeSystemFields(object);
  dropRepeatedOwners(object, write);
  if (write.fieldManager) recordOwner(definition as ResourceDefinition, '', undefined, object, write.fieldManager, now);
  if (write.admission) await registry.admission.mutate(attributes);
  wipeSystemFields(object);
  fillSystemFields(definition as ResourceDefinition, object, now);
}

async function createNamed<T extends KubeObject>(
  registry: Registry,
  target: Target<T>,
  object: T,
  attributes: AdmissionAttributes,
  write: WriteContext,
): Promise<StoredObject<T> | undefined> {
  const { definition } = target;
  const own = await namespaceFaults(registry, target, object);
  rejectFaults(definition, object, [...own, ...objectFaults(definition, object), ...cryptographicFaults(definition, object)]);
  warnAbout(definition, object, undefined, write);
  await write.permitCreate?.();
  if (write.admission) await registry.admission.validate(attributes);
  // Reading back from storage defaults once more: some defaults follow from what was prepared.
  definition.defaults?.(object);
  if (!write.dryRun) {
    if (/[1-9]/.test(object.metadata.resourceVersion ?? '')) throw revisionOnCreate();
    return registry.writer.insert(definition, object);
  }
  return (await registry.cache.cacheOf(definition).get(target.namespace, object.metadata.name ?? ''))
    ? undefined
    : unstored(definition, target, object);
}

/** What a dry run answers: the object that would have been stored. */
export function unstored<T extends KubeObject>(definition: ResourceDefinition<T>, target: Target<T>, object: T): StoredObject<T> {
  const ordered = inWriteOrder(definition, object);
  const revision = object.metadata.resourceVersion;
  if (revision) ordered.metadata.resourceVersion = revision;
  else delete ordered.metadata.resourceVersion;
  const key = storageKey(definition as ResourceDefinition, target.namespace, object.metadata.name ?? '');
  return { key, object: ordered, bytes: encodeForStorage(ordered), revision: Number(revision ?? 0) };
}

/** The URL's namespace holds: an object that names another is refused, one of a kind without namespaces loses it. */
export function placeInNamespace({ definition, namespace }: Target, { metadata }: KubeObject): void {
  if (!definition.namespaced) {
    delete metadata.namespace;
    return;
  }
  if (metadata.namespace && metadata.namespace !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  metadata.namespace = namespace;
}

function wipeSystemFields({ metadata }: KubeObject): void {
  delete metadata.creationTimestamp;
  delete metadata.uid;
  delete metadata.selfLink;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
}

function fillSystemFields(definition: ResourceDefinition, object: KubeObject, now: number): void {
  const { metadata } = object;
  metadata.creationTimestamp = formatTime(now);
  metadata.uid = randomUUID();
  if (hasGeneration(definition)) metadata.generation = 1;
}

function revisionOnCreate(): ApiError {
  return new ApiError({ message: 'resourceVersion should not be set on objects to be created', code: 500 });
}
