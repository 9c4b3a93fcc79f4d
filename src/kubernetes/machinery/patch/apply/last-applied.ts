import type { KubeObject } from '../../meta.ts';
import type { ApplyType } from './atoms.ts';
import { compareTyped } from './compare.ts';
import type { Conflict } from './conflict.ts';
import { difference, FieldSet } from './field-set.ts';
import { ownedFields } from './owned-fields.ts';

/** Where client-side apply keeps what it applied last. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MAX_ANNOTATION_BYTES = 256 * 1024;

/** The conflicts that remain when fields which client-side apply set, and nobody changed since, may be taken. */
export function conflictsAllowedByLastApplied(
  conflicts: readonly Conflict[],
  live: KubeObject,
  apiVersion: string,
  type: ApplyType,
): readonly Conflict[] {
  const allowed = fieldsLastApplied(live, apiVersion, type);
  if (!allowed) return conflicts;
  return conflicts.filter(({ path }) => !difference(new FieldSet().insert(path), allowed).empty);
}

function fieldsLastApplied(live: KubeObject, apiVersion: string, type: ApplyType): FieldSet | undefined {
  const applied = parse(live.metadata.annotations?.[LAST_APPLIED]);
  if (applied?.apiVersion !== apiVersion) return undefined;
  const { added, modified, removed } = compareTyped(applied, live, type);
  return difference(difference(difference(ownedFields(applied, type), modified), added), removed);
}

function parse(text: string | undefined): KubeObject | undefined {
  if (!text) return undefined;
  try {
    return JSON.parse(text) as KubeObject;
  } catch {
    return undefined;
  }
}

/** Where the annotation is in use, it follows what kubectl applies on the server, so that both ways can be mixed. */
export function syncLastApplied(object: KubeObject, config: KubeObject): void {
  if (!object.metadata.annotations?.[LAST_APPLIED]) return;
  const { [LAST_APPLIED]: _, ...annotations } = config.metadata?.annotations ?? {};
  const { managedFields: __, annotations: ___, ...metadata } = config.metadata ?? {};
  const text = `${JSON.stringify({ ...config, metadata: { ...metadata, ...(Object.keys(annotations).length && { annotations }) } })}\n`;
  object.metadata.annotations = { ...object.metadata.annotations, [LAST_APPLIED]: text.length > MAX_ANNOTATION_BYTES ? '' : text };
}
