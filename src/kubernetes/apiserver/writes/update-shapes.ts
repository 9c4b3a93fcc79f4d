import type { ResourceDefinition } from '../../api/define.ts';
import { sameValue as sameMeaning } from '../../api/validation/equal.ts';
import { objectFaults, statusFaults } from '../../api/validation/object.ts';
import type { FieldError } from '../../machinery/field-error.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { sameValue } from './equal.ts';
import { type PodObject, resizedContainers } from './pod-resize.ts';

/** What a write to an object or to one of its subresources may change, and how the outcome is checked. */
export interface UpdateShape {
  /** Takes back what this write may not change; mutates `next`. */
  prepare(definition: ResourceDefinition, next: KubeObject, previous: KubeObject, now: number): void;
  faults(definition: ResourceDefinition, next: KubeObject, previous: KubeObject): Iterable<FieldError>;
}

type WithParts = KubeObject & { spec?: { finalizers?: string[]; ephemeralContainers?: unknown[] }; status?: { conditions?: unknown } };

const main: UpdateShape = {
  prepare(definition, next, previous) {
    const [after, before] = [next as WithParts, previous as WithParts];
    if (definition.subresources?.includes('status')) copyPart('status', before, after);
    definition.prepareUpdate?.(next, previous);
    countGeneration(definition, next, previous);
  },
  faults: objectFaults,
};

/** Status and metadata change, but for what the kind's `resetFields` keep; everything else stays. */
const status: UpdateShape = {
  prepare(definition, next, previous, now) {
    const { metadata, status: said } = next as WithParts;
    replaceAll(next, previous, metadata);
    for (const path of definition.resetFields?.status ?? []) {
      if (path === 'metadata') next.metadata = { ...previous.metadata, ...ownersOf(metadata) };
      else if (path.startsWith('metadata.')) keepField(path.slice('metadata.'.length), metadata, previous.metadata);
    }
    copyPart('status', { metadata, status: said } as WithParts, next as WithParts);
    definition.prepareStatus?.(next, previous, now);
  },
  faults: statusFaults,
};

/** A namespace's spec.finalizers: how its controller says that the content is gone. */
const finalize: UpdateShape = {
  prepare(_definition, next, previous) {
    const finalizers = (next as WithParts).spec?.finalizers ?? [];
    replaceAll(next, previous, next.metadata);
    (next as WithParts).spec = { ...(previous as WithParts).spec, finalizers };
  },
  faults: objectFaults,
};

/** Debug containers can be added to a running pod. */
const ephemeralContainers: UpdateShape = {
  prepare(definition, next, previous) {
    const added = (next as WithParts).spec?.ephemeralContainers;
    replaceAll(next, previous, keptMetadata(next, previous));
    const spec = { ...(previous as WithParts).spec };
    if (added) spec.ephemeralContainers = added;
    else delete spec.ephemeralContainers;
    (next as WithParts).spec = spec;
    countGeneration(definition, next, previous);
  },
  faults: subresourceFaults('ephemeralcontainers'),
};

/** Resources of a running pod's containers. */
const resize: UpdateShape = {
  prepare(definition, next, previous) {
    const spec = resizedContainers((next as PodObject).spec, (previous as PodObject).spec);
    replaceAll(next, previous, keptMetadata(next, previous));
    (next as PodObject).spec = spec;
    countGeneration(definition, next, previous);
  },
  faults: subresourceFaults('resize'),
};

function subresourceFaults(name: 'ephemeralcontainers' | 'resize'): UpdateShape['faults'] {
  return (definition, next, previous) => statusFaults({ ...definition, statusRules: definition.subresourceRules?.[name] }, next, previous);
}

/** Labels and the like do not change on the way; who and what an object is must not. */
function keptMetadata({ metadata }: KubeObject, { metadata: before }: KubeObject): KubeObject['metadata'] {
  const { name, namespace, uid, resourceVersion } = metadata;
  return {
    ...before,
    name,
    ...(namespace ? { namespace } : {}),
    ...(uid ? { uid } : {}),
    resourceVersion,
    ...ownersOf(metadata),
  } as KubeObject['metadata'];
}

/** The conditions of a certificate signing request. */
const approval: UpdateShape = {
  prepare(definition, next, previous, now) {
    const conditions = (next as WithParts).status?.conditions;
    replaceAll(next, previous, next.metadata);
    (next as WithParts).status = { ...(previous as WithParts).status, conditions };
    definition.prepareApproval?.(next, previous, now);
  },
  faults: (definition, next, previous) => statusFaults({ ...definition, statusRules: definition.approvalRules }, next, previous),
};

/** A binding sets the node, which a pod's own rules forbid everybody else. */
const binding: UpdateShape = { prepare() {}, faults: () => [] };

const SHAPES: Readonly<Record<string, UpdateShape>> = {
  status,
  finalize,
  ephemeralcontainers: ephemeralContainers,
  resize,
  approval,
  binding,
};

/** Writes through `scale` and the like change what the main resource may change. */
export function shapeOf(subresource: string): UpdateShape {
  return SHAPES[subresource] ?? main;
}

/** Kinds with a status count the versions of their spec, unless their definition says otherwise. */
export function hasGeneration(definition: ResourceDefinition): boolean {
  return Boolean(definition.generation ?? definition.subresources?.includes('status'));
}

function countGeneration(definition: ResourceDefinition, next: KubeObject, previous: KubeObject): void {
  const { generation } = previous.metadata;
  if (!hasGeneration(definition) || next.metadata.generation !== generation) return;
  const same = definition.generation === 'exact' ? sameValue : sameMeaning;
  if (!same((next as WithParts).spec, (previous as WithParts).spec)) next.metadata.generation = (generation ?? 0) + 1;
}

/** Whoever writes, and by whatever way, has the fields written. */
function ownersOf({ managedFields }: KubeObject['metadata']): Pick<KubeObject['metadata'], 'managedFields'> {
  return managedFields ? { managedFields } : {};
}

function keepField(name: string, metadata: object, before: object): void {
  const [to, from] = [metadata as Record<string, unknown>, before as Record<string, unknown>];
  if (from[name] === undefined) delete to[name];
  else to[name] = from[name];
}

function copyPart(part: 'status', from: WithParts, to: WithParts): void {
  if (from[part] === undefined) delete to[part];
  else to[part] = from[part];
}

/** Makes `next` what `previous` is, but for the metadata. */
function replaceAll(next: KubeObject, previous: KubeObject, metadata: KubeObject['metadata']): void {
  for (const key of Object.keys(next)) delete (next as unknown as Record<string, unknown>)[key];
  Object.assign(next, previous, { metadata });
}
