import type { ResourceDefinition } from '../../api/define.ts';
import type { KubeObject, ObjectMeta } from '../../machinery/meta.ts';
import { badRequest, conflict, internalError, invalid, notFound } from '../../machinery/status.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import type { StoredObject } from '../store/stored-object.ts';
import type { WriteContext } from '../writes/context.ts';
import { placeInNamespace } from '../writes/create.ts';
import { admissionAttributes, type Registry, type Target } from '../writes/registry.ts';
import { checkName, updateObject } from '../writes/update.ts';
import { checkUid } from '../writes/versions.ts';
import { answerValue } from './answer.ts';
import { readApply } from './apply.ts';
import { decodeBody } from './decode.ts';
import { SCHEMAS } from './encode.ts';
import type { Exchange } from './endpoint.ts';
import { awaitAsked } from './get.ts';
import { mediaTypeOf, patchedBy } from './patch-body.ts';
import { scaleFields, withReplicas } from './scale-fields.ts';
import { appliedScale, ownersAfterScale } from './scale-owners.ts';
import { targetOf } from './target.ts';
import { parseWriteQuery, untrackedWrite, type WriteQuery, writeContext } from './write-options.ts';

/** autoscaling/v1 Scale: the replicas of anything that has replicas. */
export interface Scale extends KubeObject {
  spec?: { replicas?: number };
  status: { replicas: number; selector?: string };
}

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: SCHEMAS.scale };

/** How many there should be, and how many there are. */
export function scaleOf(definition: ResourceDefinition, { object }: StoredObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const { wanted, present, selector } = scaleFields(definition, object);
  const shown = { name, namespace, uid, resourceVersion, creationTimestamp } as ObjectMeta;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: shown,
    spec: wanted ? { replicas: wanted } : {},
    status: { replicas: present, ...(selector && { selector }) },
  };
}

export async function handleGetScale(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  const { definition } = endpoint;
  await awaitAsked(exchange);
  const stored = await endpoint.cache.get(request.info.namespace, request.info.name);
  if (!stored) throw notFound(definition, request.info.name);
  if (scaleFields(definition, stored.object).wanted === undefined) {
    throw internalError(`the spec replicas field ${specPath(definition)} does not exist`);
  }
  return answerValue(exchange, 200, scaleOf(definition, stored), SCHEMAS.scale);
}

/** PUT of a Scale. */
export async function handleUpdateScale(exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const options = parseWriteQuery(request.query, 'UpdateOptions');
  const scale = decodeBody<Scale>(request, SCALE, await exchange.readBody(), options.fieldValidation);
  const target = targetOf(exchange);
  placeInNamespace(target, scale);
  checkName(target, scale);
  return changeScale(exchange, options, (_current, object) => {
    checkUid(target, scale.metadata.uid, object);
    return scale;
  });
}

/** PATCH of a Scale, by any kind of patch. */
export async function handlePatchScale(exchange: Exchange): Promise<void> {
  const { definition } = exchange.endpoint;
  if (mediaTypeOf(exchange.request) === 'application/apply-patch+yaml') return handleApplyScale(exchange);
  const options = parseWriteQuery(exchange.request.query, 'PatchOptions');
  const body = await exchange.readBody();
  return changeScale(exchange, options, (current, before) => {
    const patched = patchedBy(exchange.request, SCALE, body, current, options.fieldValidation) as Scale;
    if (patched.spec?.replicas === undefined && scaleFields(definition, before).wanted === undefined) {
      throw badRequest(`the spec replicas field ${specPath(definition)} cannot be empty`);
    }
    return patched;
  });
}

/** Server-side apply of a Scale: owning it is owning the replicas of what it scales. */
async function handleApplyScale(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  const { definition, clock } = endpoint;
  const { config, options, force } = await readApply(exchange);
  const by = { manager: options.fieldManager, now: clock.now(), force };
  const next = (current: Scale, { metadata }: KubeObject): Scale => {
    const { managedFields } = metadata;
    const tracked = { ...current, metadata: { ...current.metadata, ...(managedFields && { managedFields }) } };
    return appliedScale(definition, tracked, config, by);
  };
  return changeScale(exchange, options, next, untrackedWrite(request, options));
}

async function changeScale(
  exchange: Exchange,
  options: WriteQuery,
  next: (current: Scale, object: KubeObject) => Scale,
  write = writeContext(exchange.request, options),
): Promise<void> {
  const { endpoint } = exchange;
  const { definition } = endpoint;
  const target = targetOf(exchange);
  const transform = async (current: StoredObject): Promise<KubeObject> => {
    const before = scaleOf(definition, current);
    const after = next(before, current.object);
    await admitScale(endpoint.registry, target, write, after, before);
    return scaled(definition, current.object, after);
  };
  const stored = await updateObject(endpoint.registry, target, transform, { ...write, admission: false });
  return answerValue(exchange, 200, scaleOf(definition, stored), SCHEMAS.scale);
}

/** Admission sees the scale, not what is scaled. */
async function admitScale(registry: Registry, target: Target, write: WriteContext, object: Scale, oldObject: Scale): Promise<void> {
  const attributes = admissionAttributes('UPDATE', target, write, { object, oldObject, kind: SCALE });
  await registry.admission.mutate(attributes);
  await registry.admission.validate(attributes);
}

function scaled(definition: ResourceDefinition, object: KubeObject, { metadata, spec }: Scale): KubeObject {
  const replicas = spec?.replicas ?? 0;
  if (replicas < 0 && !definition.custom) {
    throw invalid(SCALE, metadata.name ?? '', [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')]);
  }
  const { uid = '', managedFields } = metadata;
  const present = object.metadata.uid ?? '';
  if (uid && uid !== present) throw otherObject(definition, metadata.name ?? '', uid, present);
  const resourceVersion = metadata.resourceVersion || object.metadata.resourceVersion;
  const own = { ...object, metadata: { ...object.metadata, resourceVersion } as ObjectMeta };
  // Only an apply says who owns the Scale.
  if (managedFields) own.metadata.managedFields = ownersAfterScale(definition, object.metadata.managedFields ?? [], managedFields);
  return withReplicas(definition, own, replicas);
}

function otherObject({ group, plural }: ResourceDefinition, name: string, uid: string, present: string) {
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${present}`;
  return conflict({ group, plural: `${plural}/scale` }, name, why);
}

function specPath({ custom }: ResourceDefinition): string {
  return JSON.stringify(`.${custom?.scale?.specReplicas.join('.')}`);
}
