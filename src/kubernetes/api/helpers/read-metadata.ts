import type { JsonObject } from '../../machinery/structural/json-schema.ts';
import { jsonCodec } from '../schemas.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const UNKNOWN = /^unknown field "(.*)"$/;

/** Reads the metadata of an object of any kind. Throws what Go would say of metadata that is none. */
export function readMetadata(metadata: unknown): { value: JsonObject; unknown: string[] } {
  const { value: read, strict } = jsonCodec.decode(OBJECT_META, JSON.stringify(metadata ?? {}));
  const value = jsonCodec.written(OBJECT_META, read);
  // A time that was never set is left out.
  if (value.creationTimestamp === null) delete value.creationTimestamp;
  return { value, unknown: strict.map((fault) => UNKNOWN.exec(fault)?.[1]).filter((name) => name !== undefined) };
}
