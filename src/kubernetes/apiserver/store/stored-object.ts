import type { ResourceDefinition } from '../../api/define.ts';
import { jsonCodec, schemas } from '../../api/schemas.ts';
import { parseJson } from '../../machinery/codec/json-value.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { apiVersionOf } from '../../machinery/resource.ts';

/** One version of one object: shared by the cache, every reader and every watcher; never changed. */
export interface StoredObject<T extends KubeObject = KubeObject> {
  readonly key: string;
  readonly object: T;
  /** The object as JSON, `kind` and `apiVersion` first. */
  readonly bytes: Buffer;
  readonly revision: number;
  /** Storing it again, unchanged, would change what is stored: that is of another version, or lacks defaults. */
  readonly stale?: boolean;
}

const REVISION = '"resourceVersion":"';

/** `{"kind":"Pod","apiVersion":"v1",`: how the JSON of every object of a kind begins. */
export function headOf(definition: ResourceDefinition): string {
  return `{"kind":${JSON.stringify(definition.kind)},"apiVersion":${JSON.stringify(apiVersionOf(definition))},`;
}

/**
 * The object in the order it is written: kind, apiVersion, metadata, the rest; inside metadata name, generateName,
 * namespace, uid, resourceVersion. Only quoted text that cannot hold a quote comes before the resource version, which
 * is how {@link withRevision} finds its place. Built-in kinds come out as upstream's storage gives them back: fields
 * in Go's order, empty lists gone, values that Go always writes spelled out.
 */
export function inWriteOrder<T extends KubeObject>(definition: ResourceDefinition<T>, object: T): T {
  const {
    kind: _kind,
    apiVersion: _apiVersion,
    metadata,
    ...rest
  } = schemas.has(definition.schema) ? jsonCodec.canonical(definition.schema, object) : object;
  const { name, generateName, namespace, uid, resourceVersion: _revision, ...others } = metadata;
  const ordered = {
    kind: definition.kind,
    apiVersion: apiVersionOf(definition),
    metadata: { name, generateName, namespace, uid, resourceVersion: '', ...others },
    ...rest,
  };
  for (const key of ['generateName', 'namespace', 'uid'] as const) if (!ordered.metadata[key]) delete ordered.metadata[key];
  return ordered as unknown as T;
}

/** What goes to storage: the object's JSON with an empty resource version, which storage is about to decide. */
export function encodeForStorage(ordered: KubeObject): Buffer {
  return Buffer.from(JSON.stringify(ordered));
}

/** The stored bytes with the revision they were written at filled in. */
export function withRevision(stored: Buffer, revision: number): Buffer {
  const at = stored.indexOf(REVISION) + REVISION.length;
  const end = stored.indexOf('"', at);
  const digits = String(revision);
  const bytes = Buffer.allocUnsafeSlow(stored.length - (end - at) + digits.length);
  stored.copy(bytes, 0, 0, at);
  bytes.write(digits, at, 'latin1');
  stored.copy(bytes, at + digits.length, end);
  return bytes;
}

/** Joins what storage returned with its revision. `parsed` saves a parse where the writer still has the object. */
export function storedObject(key: string, value: Buffer, revision: number, parsed?: KubeObject): StoredObject {
  const object = parsed ?? (parseJson(value.toString()) as KubeObject);
  object.metadata.resourceVersion = String(revision);
  return { key, object, bytes: withRevision(value, revision), revision };
}
