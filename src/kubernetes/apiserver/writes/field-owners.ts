import type { ResourceDefinition } from '../../api/define.ts';
import { jsonCodec, lookupSchema } from '../../api/schemas.ts';
import { atVersion, convert } from '../../api/versions.ts';
import { formatTime, type KubeObject } from '../../machinery/meta.ts';
import { FieldManager, type TrackedKind, type TrackedVersion } from '../../machinery/patch/apply/field-manager.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import type { VirtualResource } from '../extensions.ts';

export { keepTimesIfUnchanged } from '../../machinery/patch/apply/field-manager.ts';

const fieldManager = new FieldManager(lookupSchema);
const tracked = new WeakMap<ResourceDefinition, Map<string, TrackedKind>>();
const OWN_FIELDS = new Set(['kind', 'apiVersion', 'metadata', 'status']);

/** Records in managedFields who made this write: `live` is absent for a create. */
export function recordOwner(
  definition: ResourceDefinition,
  subresource: string,
  live: KubeObject | undefined,
  next: KubeObject,
  manager: string,
  now: number,
): void {
  recordWritten(trackedKind(definition, subresource), live, next, manager, now);
}

/** Nobody owns an empty list or map that JSON leaves out; of custom resources nothing is left out. */
function recordWritten(kind: TrackedKind, live: KubeObject | undefined, next: KubeObject, manager: string, now: number): void {
  const written = kind.type ? next : jsonCodec.written(kind.schema, next);
  // But an empty list of owners says something: that they are to be forgotten.
  if (written !== next && next.metadata.managedFields?.length === 0) written.metadata = { ...written.metadata, managedFields: [] };
  fieldManager.recordWrite(kind, live, written, { manager, time: formatTime(now) });
  if (written === next) return;
  const { managedFields } = written.metadata;
  // A copy: the metadata of the next version may still be the live object's.
  next.metadata = { ...next.metadata };
  if (managedFields) next.metadata.managedFields = managedFields;
  else delete next.metadata.managedFields;
}

/** The same for a kind that is asked and never stored: reviews come back saying whose fields they hold. */
export function recordAsker(
  asked: Pick<VirtualResource, 'group' | 'version' | 'kind' | 'kindGroup' | 'kindVersion' | 'schema'>,
  object: KubeObject,
  manager: string,
  now: number,
): void {
  const { schema, kind } = asked;
  const apiVersion = apiVersionOf({ group: asked.kindGroup ?? asked.group, version: asked.kindVersion ?? asked.version });
  const asTracked: TrackedKind = {
    schema,
    apiVersion,
    kind,
    subresource: '',
    resetFields: ['status'],
    empty: jsonCodec.decode(schema, '{}').value,
  };
  recordWritten(asTracked, undefined, object, manager, now);
}

/** The object after a server-side apply. */
export function applied(
  definition: ResourceDefinition,
  subresource: string,
  live: KubeObject | undefined,
  config: KubeObject,
  by: { manager: string; now: number; force: boolean },
): KubeObject {
  return fieldManager.apply(
    trackedKind(definition, subresource),
    live,
    config,
    { manager: by.manager, time: formatTime(by.now) },
    by.force,
  );
}

function trackedKind(definition: ResourceDefinition, subresource: string): TrackedKind {
  const kinds = tracked.get(definition) ?? new Map<string, TrackedKind>();
  tracked.set(definition, kinds);
  const known = kinds.get(subresource);
  if (known) return known;
  const { schema, kind } = definition;
  const made: TrackedKind = {
    schema,
    apiVersion: apiVersionOf(definition),
    kind,
    subresource,
    resetFields: resetFields(definition, subresource),
    ...(definition.custom
      ? { empty: { metadata: {} }, type: definition.custom.applyType }
      : {
          empty: jsonCodec.decode(schema, '{}').value,
          version: (apiVersion) => trackedVersion(definition, atVersion(definition, apiVersion), subresource),
        }),
  };
  kinds.set(subresource, made);
  return made;
}

function trackedVersion(own: ResourceDefinition, other: ResourceDefinition | undefined, subresource: string): TrackedVersion | undefined {
  if (!other) return undefined;
  const { schema, apiVersion, resetFields } = trackedKind(other, subresource);
  return {
    schema,
    apiVersion,
    resetFields,
    show: (object) => convert(object as KubeObject, own, other),
    read: (object) => convert(object as KubeObject, other, own),
  };
}

/** A write of the object cannot own its status, and a write of the status nothing else. */
function resetFields(definition: ResourceDefinition, subresource: string): readonly string[] {
  if (subresource === '') return definition.resetFields?.main ?? (definition.subresources?.includes('status') ? ['status'] : []);
  if (subresource !== 'status') return (subresource === 'approval' && definition.resetFields?.approval) || ['status'];
  return (
    definition.resetFields?.status ??
    lookupSchema(definition.schema)
      .fields.map(({ name }) => name)
      .filter((name) => !OWN_FIELDS.has(name))
  );
}
