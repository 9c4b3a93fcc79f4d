import { BodyDecoder } from '../machinery/codec/body.ts';
import { JsonCodec } from '../machinery/codec/decode.ts';
import { ProtobufCodec } from '../machinery/codec/protobuf/codec.ts';
import { SchemaCatalog } from '../machinery/schema/catalog.ts';
import { FACTS_MODULES } from './generated/facts/index.ts';

/** The generated facts of every built-in type. */
export const schemas = new SchemaCatalog(FACTS_MODULES);

/** Finds a built-in type by its OpenAPI definition name, `io.k8s.api.core.v1.Pod`. */
export const lookupSchema = schemas.lookup;

/** Reads and writes JSON of built-in types. */
export const jsonCodec = new JsonCodec(lookupSchema);

/** Reads and writes protobuf of built-in types. */
export const protobufCodec = new ProtobufCodec(lookupSchema, jsonCodec);

/** Reads request bodies of built-in kinds. */
export const bodyDecoder = new BodyDecoder(jsonCodec, protobufCodec, schemas);
