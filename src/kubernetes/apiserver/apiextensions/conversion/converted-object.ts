import type { KubeObject } from '../../../machinery/meta.ts';
import { sameJson } from '../../../machinery/patch/same-json.ts';
import { parseApiVersion } from '../../../machinery/resource.ts';
import { isObject, type JsonObject } from '../../../machinery/structural/json-schema.ts';
import { annotationRules, labelRules } from '../../../machinery/validation/object-meta.ts';
import { aggregate } from '../../admission/expressions/aggregate.ts';

/** `stable.example.com/v1, Kind=CronTab`, as messages name a kind. */
export function kindText({ kind = '', apiVersion = '' }: { kind?: string; apiVersion?: string }): string {
  const { group, version } = parseApiVersion(apiVersion);
  return `${group}/${version}, Kind=${kind}`;
}

const KEPT = ['name', 'namespace', 'uid'] as const;

/**
 * What a webhook made of an object, with the metadata that it may not change put back: all but labels and annotations.
 * Throws for what is not the object that was asked for.
 */
export function checkedConversion(original: KubeObject, converted: unknown, apiVersion: string, at: string): KubeObject {
  const subject = `conversion webhook for ${kindText(original)} returned invalid`;
  if (!isObject(converted)) throw new Error(`${subject} ${at}: not an object`);
  const { kind, apiVersion: version } = converted as { kind?: string; apiVersion?: string };
  if (version !== apiVersion) {
    throw new Error(`${subject} ${at}: invalid groupVersion (expected ${apiVersion}, received ${version ?? ''})`);
  }
  if (kind !== original.kind) throw new Error(`${subject} ${at}: invalid kind (expected ${original.kind}, received ${kind ?? ''})`);
  const { metadata } = converted;
  for (const name of KEPT) {
    const [before, after] = [original.metadata[name] ?? '', (metadata as JsonObject | undefined)?.[name] ?? ''];
    const shown = name === 'uid' ? 'UID' : name;
    if (before !== after) throw new Error(`${subject} object: must have the same ${shown}: ${before} != ${String(after)}`);
  }
  try {
    return { ...converted, metadata: restored(original, metadata) } as KubeObject;
  } catch (error) {
    throw new Error(`${subject} metadata: ${(error as Error).message}`, { cause: error });
  }
}

function restored(original: KubeObject, metadata: unknown): KubeObject['metadata'] {
  if (metadata === undefined) throw new Error('missing metadata in converted object');
  if (!isObject(metadata)) throw new Error('invalid metadata in converted object');
  const kept = structuredClone(original.metadata);
  for (const name of ['labels', 'annotations'] as const) {
    const said = metadata[name];
    if (said === undefined || said === null) {
      delete kept[name];
      continue;
    }
    const changed = textMap(said, name);
    if (!sameJson(changed, kept[name])) checkMap(name, changed);
    kept[name] = changed;
  }
  return kept;
}

/** What an object had already is not held against the webhook. */
function checkMap(name: 'labels' | 'annotations', changed: Record<string, string>): void {
  const rules = name === 'labels' ? labelRules(changed, 'metadata.labels') : annotationRules(changed, 'metadata.annotation');
  const faults = [...rules].map(({ field, message }) => `${field}: ${message}`);
  if (faults.length > 0) throw new Error(aggregate(faults));
}

function textMap(value: unknown, name: string): Record<string, string> {
  if (!isObject(value)) throw new Error(`invalid metadata.${name} in converted object`);
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry !== 'string') throw new Error(`metadata.${name}[${key}] must be a string, but is ${typeof entry} in converted object`);
  }
  return value as Record<string, string>;
}
