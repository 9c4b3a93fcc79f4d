import type { KubeObject } from '../../meta.ts';
import { goJson } from '../../validation/go-text.ts';
import { areTooLarge } from '../../validation/object-meta.ts';
import { setOwn } from '../merge.ts';
import { type ApplyType, TypedError } from './atoms.ts';
import { compareTyped } from './compare.ts';
import type { Conflict } from './conflict.ts';
import { difference, FieldSet } from './field-set.ts';
import { ownedFields } from './owned-fields.ts';
import { checkTyped } from './typed-check.ts';

/** Where client-side apply keeps what it applied last. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

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
  if (applied?.apiVersion !== apiVersion || !isTyped(applied, type) || !isTyped(live, type)) return undefined;
  const { added, modified, removed } = compareTyped(applied, live, type);
  return difference(difference(difference(ownedFields(applied, type), modified), added), removed);
}

/** Whether paths can tell the parts of an object apart. */
function isTyped(object: KubeObject, type: ApplyType): boolean {
  try {
    checkTyped(object, type, { duplicates: false });
    return true;
  } catch (error) {
    if (error instanceof TypedError) return false;
    throw error;
  }
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
  const { [LAST_APPLIED]: before, ...others } = object.metadata.annotations ?? {};
  if (!before) return;
  const annotations = { ...others, [LAST_APPLIED]: `${goJson(withSortedKeys(withoutLastApplied(config)))}\n` };
  object.metadata.annotations = areTooLarge(annotations) ? others : annotations;
}

function withoutLastApplied(config: KubeObject): object {
  if (!config.metadata) return config;
  const { annotations, ...metadata } = config.metadata;
  if (!annotations) return { ...config, metadata };
  const { [LAST_APPLIED]: _, ...others } = annotations;
  return { ...config, metadata: { ...metadata, annotations: others } };
}

/** Maps have no order in Go, and are written in that of their keys. */
function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const sorted: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) setOwn(sorted, key, withSortedKeys(item));
  return sorted;
}
