import type { KubeObject, LabelSelector, ObjectMeta } from '../../machinery/meta.ts';
import { formatLabelSelector } from '../../machinery/selectors.ts';
import { invalid, notFound } from '../../machinery/status.ts';
import { invalidValue } from '../../machinery/validation/faults.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { checkName, updateObject } from '../writes/update.ts';
import { answerValue } from './answer.ts';
import { decodeBody } from './decode.ts';
import { SCHEMAS } from './encode.ts';
import type { Exchange } from './endpoint.ts';
import { patchedBy } from './patch-body.ts';
import { targetOf } from './target.ts';
import { parseWriteQuery, writeContext } from './write-options.ts';

/** autoscaling/v1 Scale: the replicas of anything that has replicas. */
export interface Scale extends KubeObject {
  spec?: { replicas?: number };
  status: { replicas: number; selector?: string };
}

interface Scalable extends KubeObject {
  spec: { replicas?: number; selector?: LabelSelector | Record<string, string> };
  status?: { replicas?: number };
}

const SCALE = { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: SCHEMAS.scale };

/** How many there should be, and how many there are. */
export function scaleOf({ object }: StoredObject): Scale {
  const { metadata, spec, status } = object as Scalable;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const selector = selectorText(spec.selector);
  const shown = { name, namespace, uid, resourceVersion, creationTimestamp } as ObjectMeta;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: shown,
    spec: spec.replicas ? { replicas: spec.replicas } : {},
    status: { replicas: status?.replicas ?? 0, ...(selector ? { selector } : {}) },
  };
}

/** ReplicationControllers select by plain labels, everything else by a LabelSelector. */
function selectorText(selector: Scalable['spec']['selector']): string {
  if (!selector) return '';
  const isLabels = !('matchLabels' in selector) && !('matchExpressions' in selector);
  return formatLabelSelector(isLabels ? { matchLabels: selector as Record<string, string> } : (selector as LabelSelector));
}

export async function handleGetScale(exchange: Exchange): Promise<void> {
  const { endpoint, request } = exchange;
  const stored = await endpoint.cache.get(request.info.namespace, request.info.name);
  if (!stored) throw notFound(endpoint.definition, request.info.name);
  return answerValue(exchange, 200, scaleOf(stored), SCHEMAS.scale);
}

/** PUT of a Scale. */
export async function handleUpdateScale(exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const options = parseWriteQuery(request.query, 'UpdateOptions');
  const scale = decodeBody<Scale>(request, SCALE, await exchange.readBody(), options.fieldValidation);
  checkName(targetOf(exchange), scale);
  return changeScale(exchange, options, () => scale);
}

/** PATCH of a Scale, by any kind of patch. */
export async function handlePatchScale(exchange: Exchange): Promise<void> {
  const options = parseWriteQuery(exchange.request.query, 'PatchOptions');
  const body = await exchange.readBody();
  return changeScale(exchange, options, (current) => patchedBy(exchange.request, SCALE, body, current, options.fieldValidation) as Scale);
}

async function changeScale(
  exchange: Exchange,
  options: ReturnType<typeof parseWriteQuery>,
  next: (current: Scale) => Scale,
): Promise<void> {
  const { endpoint, request } = exchange;
  const stored = await updateObject(
    endpoint.registry,
    targetOf(exchange),
    (current) => withReplicas(current.object as Scalable, next(scaleOf(current))),
    writeContext(request, options),
  );
  return answerValue(exchange, 200, scaleOf(stored), SCHEMAS.scale);
}

function withReplicas(object: Scalable, { metadata, spec }: Scale): Scalable {
  const replicas = spec?.replicas ?? 0;
  if (replicas < 0) {
    throw invalid(SCALE, metadata.name ?? '', [invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0')]);
  }
  const { uid = object.metadata.uid, resourceVersion } = metadata;
  return { ...object, metadata: { ...object.metadata, uid, resourceVersion } as ObjectMeta, spec: { ...object.spec, replicas } };
}
