import type { ResourceDefinition } from '../../api/define.ts';
import { jsonCodec, schemas } from '../../api/schemas.ts';
import { parseJson } from '../../machinery/codec/json-value.ts';
import type { KubeObject } from '../../machinery/meta.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import type { Forgetful, ParsedObjects } from './parsed-objects.ts';

/** One version of one object: shared by the cache, every reader and every watcher; never changed. */
export interface StoredObject<T extends KubeObject = KubeObject> {
  readonly key: string;
  /** Parsed when it is asked for. */
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

/** A stored object that is parsed when somebody looks into it, and may be told to forget that. */
export class LazyObject implements StoredObject, Forgetful {
  readonly key: string;
  readonly bytes: Buffer;
  readonly revision: number;
  readonly stale: boolean;
  used = false;
  #object: KubeObject | undefined;
  #keeper: ParsedObjects | undefined;

  constructor(key: string, bytes: Buffer, revision: number, parsed?: KubeObject, stale = false) {
    this.key = key;
    this.bytes = bytes;
    this.revision = revision;
    this.#object = parsed;
    this.stale = stale;
  }

  get object(): KubeObject {
    if (this.#object) {
      this.used = true;
      return this.#object;
    }
    const object = parseJson(this.bytes.toString()) as KubeObject;
    this.#object = object;
    this.#keeper?.add(this);
    return object;
  }

  get isParsed(): boolean {
    return this.#object !== undefined;
  }

  /** From now on `keeper` decides how long the parsed form stays. */
  keptBy(keeper: ParsedObjects): void {
    if (this.#keeper) return;
    this.#keeper = keeper;
    if (this.#object) keeper.add(this);
  }

  forget(): void {
    this.#object = undefined;
  }
}

/** Joins what storage returned with its revision. `parsed` saves a parse where the writer still has the object. */
export function storedObject(key: string, value: Buffer, revision: number, parsed?: KubeObject, stale = false): LazyObject {
  if (parsed) parsed.metadata.resourceVersion = String(revision);
  return new LazyObject(key, withRevision(value, revision), revision, parsed, stale);
}
