import type { ResourceDefinition } from '../../api/define.ts';
import { protobufCodec } from '../../api/schemas.ts';
import { toYaml } from '../../machinery/codec/yaml.ts';
import type { ListMeta } from '../../machinery/meta.ts';
import { apiVersionOf } from '../../machinery/resource.ts';
import { CONTENT_TYPES, type Encoding } from '../http/negotiate.ts';
import type { Body } from '../http/response.ts';
import { headOf, type StoredObject } from '../store/stored-object.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Schemas of kinds that are not resources of their own. */
export const SCHEMAS = {
  status: `${META}.Status`,
  partialMetadata: `${META}.PartialObjectMetadata`,
  partialMetadataList: `${META}.PartialObjectMetadataList`,
  scale: 'io.k8s.api.autoscaling.v1.Scale',
} as const;

/** Any value; one without a schema has no protobuf form and is sent as JSON. */
export function encodeValue(value: object, encoding: Encoding, schema?: string): Body {
  if (encoding === 'yaml') return { type: CONTENT_TYPES.yaml, bytes: Buffer.from(toYaml(value)), value: () => value };
  if (encoding === 'protobuf' && schema) {
    return { type: CONTENT_TYPES.protobuf, bytes: asBuffer(protobufCodec.encode(schema, value)), value: () => value };
  }
  return { type: CONTENT_TYPES.json, bytes: Buffer.from(`${JSON.stringify(value)}\n`) };
}

/** One stored object; its JSON is there already. */
export function encodeStored({ schema }: ResourceDefinition, stored: StoredObject, encoding: Encoding): Body {
  if (encoding === 'json') return { type: CONTENT_TYPES.json, bytes: stored.bytes };
  return encodeValue(stored.object, encoding, schema);
}

/** A list of stored objects. */
export function encodeList(definition: ResourceDefinition, items: readonly StoredObject[], metadata: ListMeta, encoding: Encoding): Body {
  if (encoding === 'json') return { type: CONTENT_TYPES.json, bytes: listParts(definition, items, metadata) };
  const head = listHead(definition, metadata);
  if (definition.custom) return encodeValue({ ...head, items: items.map(({ object }) => object) }, encoding);
  if (encoding === 'protobuf') {
    const messages = items.map((stored) => messageOf(definition, stored));
    const value = () => ({ ...head, items: items.map(({ object }) => withoutKind(object)) });
    return { type: CONTENT_TYPES.protobuf, bytes: asBuffer(protobufCodec.encodeList(head, messages)), value };
  }
  return encodeValue({ ...head, items: items.map(({ object }) => withoutKind(object)) }, encoding);
}

function listHead(definition: ResourceDefinition, metadata: ListMeta): { kind: string; apiVersion: string; metadata: ListMeta } {
  return { kind: definition.custom?.listKind ?? `${definition.kind}List`, apiVersion: apiVersionOf(definition), metadata };
}

/** Items of a typed list do not say what they are. */
function withoutKind({ kind: _kind, apiVersion: _apiVersion, ...rest }: StoredObject['object']): object {
  return rest;
}

const COMMA = Buffer.from(',{');
const OPEN = Buffer.from('{');

/** The JSON of a list, put together from the bytes its objects already have. */
function listParts(definition: ResourceDefinition, items: readonly StoredObject[], metadata: ListMeta): Buffer[] {
  const head = listHead(definition, metadata);
  // Items of a list of a built-in kind do not say what they are; custom resources do.
  const skip = definition.custom ? OPEN.length : headOf(definition).length;
  const parts: Buffer[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`)];
  for (let i = 0; i < items.length; i++) {
    parts.push(i === 0 ? OPEN : COMMA, (items[i] as StoredObject).bytes.subarray(skip));
  }
  parts.push(Buffer.from(']}\n'));
  return parts;
}

/** Bare protobuf messages, made when the first client asks for them. */
const messages = new WeakMap<StoredObject, Uint8Array>();

function messageOf({ schema }: ResourceDefinition, stored: StoredObject): Uint8Array {
  const known = messages.get(stored);
  if (known) return known;
  const message = protobufCodec.encodeMessage(schema, stored.object);
  messages.set(stored, message);
  return message;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
