import type { ResourceDefinition } from '../../api/define.ts';
import { jsonCodec, lookupSchema } from '../../api/schemas.ts';
import { formatTime, type KubeObject, type ManagedFieldsEntry } from '../../machinery/meta.ts';
import { FieldManager, type TrackedKind } from '../../machinery/patch/apply/field-manager.ts';
import { difference, fieldSetOf, fromFieldsV1, toFieldsV1 } from '../../machinery/patch/apply/field-set.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import { SCHEMAS } from './encode.ts';

const SCALE: TrackedKind = {
  schema: SCHEMAS.scale,
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  subresource: 'scale',
  resetFields: [],
  empty: jsonCodec.decode(SCHEMAS.scale, '{}').value,
};
const REPLICAS_OF_SCALE = toFieldsV1(fieldSetOf(['spec.replicas']));
const fieldManager = new FieldManager(lookupSchema);

/** Who asks for how many, and whether over the wishes of others. */
export interface Applier {
  readonly manager: string;
  readonly now: number;
  readonly force: boolean;
}

/** `live`, a Scale, after a configuration for it is applied. Its managed fields are those of the object it scales. */
export function appliedScale<T extends KubeObject>(definition: ResourceDefinition, live: T, config: KubeObject, by: Applier): T {
  const managedFields = ownersOfReplicas(definition, live.metadata.managedFields ?? []);
  const tracked = { ...live, metadata: { ...live.metadata, managedFields } };
  return fieldManager.apply(SCALE, tracked, config, { manager: by.manager, time: formatTime(by.now) }, by.force) as T;
}

/** The owners of the replicas alone, as owners of a Scale's. */
function ownersOfReplicas(definition: ResourceDefinition, entries: readonly ManagedFieldsEntry[]): ManagedFieldsEntry[] {
  return entries
    .filter((entry) => withoutReplicas(definition, entry) !== undefined)
    .map((entry) => ({ ...entry, apiVersion: SCALE.apiVersion, fieldsV1: REPLICAS_OF_SCALE }));
}

/**
 * The managed fields of an object whose Scale now has the owners `scale`: who owned the replicas and no longer does
 * keeps everything else, and who newly owns them has them at the version of the request.
 */
export function ownersAfterScale(
  definition: ResourceDefinition,
  before: readonly ManagedFieldsEntry[],
  scale: readonly ManagedFieldsEntry[],
): ManagedFieldsEntry[] {
  const holders = new Map(scale.filter(({ fieldsV1 }) => holdsReplicas(fieldsV1)).map((entry) => [ownerOf(entry), entry]));
  const kept: ManagedFieldsEntry[] = [];
  for (const entry of before) {
    const rest = withoutReplicas(definition, entry);
    if (!rest || holders.delete(ownerOf(entry))) kept.push(entry);
    else if (Object.keys(rest).length > 0) kept.push({ ...entry, fieldsV1: rest });
  }
  const fieldsV1 = toFieldsV1(fieldSetOf([replicasPath(definition)]));
  return [...kept, ...[...holders.values()].map((entry) => ({ ...entry, apiVersion: apiVersionOf(definition), fieldsV1 }))];
}

const ownerOf = ({ manager, operation, subresource }: ManagedFieldsEntry) => JSON.stringify([manager, operation, subresource]);

const replicasPath = ({ custom }: ResourceDefinition) => custom?.scale?.specReplicas.join('.') ?? 'spec.replicas';

function holdsReplicas(fieldsV1: unknown): boolean {
  return JSON.stringify(fieldsV1) === JSON.stringify(REPLICAS_OF_SCALE);
}

/** What else an entry owns; undefined when the replicas are not among it. */
function withoutReplicas(definition: ResourceDefinition, { fieldsV1 }: ManagedFieldsEntry): Record<string, unknown> | undefined {
  const own = fromFieldsV1(fieldsV1 ?? {});
  const rest = toFieldsV1(difference(own, fieldSetOf([replicasPath(definition)]))) as Record<string, unknown>;
  return JSON.stringify(rest) === JSON.stringify(toFieldsV1(own)) ? undefined : rest;
}
