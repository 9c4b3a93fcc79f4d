import { apiVersionOf, parseApiVersion } from '../resource.ts';
import type { GroupVersionKind, SchemaCatalog } from '../schema/catalog.ts';
import { badRequest } from '../status.ts';
import { type Decoded, DecodeError, type JsonCodec } from './decode.ts';
import { isTooDeep, parseJsonText, TOO_DEEP } from './json-text.ts';
import { parseJson } from './json-value.ts';
import type { ProtobufCodec } from './protobuf/codec.ts';
import { WireError } from './protobuf/wire.ts';
import { YamlError, yamlText, yamlToJson } from './yaml.ts';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export type BodyFormat = 'json' | 'yaml' | 'protobuf';

export interface BodyOptions {
  /** What the endpoint takes; fills in for a body that does not say. */
  readonly expected: GroupVersionKind;
  readonly format?: BodyFormat;
  readonly fieldValidation?: FieldValidation;
}

export interface DecodedBody<T = Record<string, unknown>> {
  /** As the server would write it back; `kind` and `apiVersion` are filled in. */
  readonly object: T;
  /** What the body says it is. The caller compares it with what it serves. */
  readonly gvk: GroupVersionKind;
  /** Texts for Warning headers. */
  readonly warnings: readonly string[];
}

/** Reads request bodies; throws the 400 that kube-apiserver would answer. */
export interface BodyReader {
  decode<T = Record<string, unknown>>(body: Uint8Array | string, options: BodyOptions): DecodedBody<T>;
}

/** Reads bodies of built-in kinds. */
export class BodyDecoder implements BodyReader {
  readonly #codec: JsonCodec;
  readonly #protobuf: ProtobufCodec;
  readonly #catalog: SchemaCatalog;

  constructor(codec: JsonCodec, protobuf: ProtobufCodec, catalog: SchemaCatalog) {
    this.#codec = codec;
    this.#protobuf = protobuf;
    this.#catalog = catalog;
  }

  decode<T = Record<string, unknown>>(body: Uint8Array | string, options: BodyOptions): DecodedBody<T> {
    const { expected, fieldValidation = 'Warn' } = options;
    if (options.format === 'protobuf') return this.#fromProtobuf<T>(body, expected);
    const { json, parsed, duplicates, gvk } = openBody(body, options);
    const name = this.#definitionOf(gvk, expected);
    const { value, strict } = this.#read(gvk, expected, () => this.#codec.decode(name, json, parsed));
    const faults = [...duplicates, ...strict];
    if (faults.length > 0 && fieldValidation === 'Strict') throw cannotBeHandled(gvk, expected, strictMessage(duplicates, strict));
    const object = { ...value, kind: gvk.kind, apiVersion: apiVersionOf(gvk) };
    return { object: object as T, gvk, warnings: fieldValidation === 'Ignore' ? [] : faults };
  }

  /** Protobuf knows no unknown fields by name, so there is nothing to be strict about. */
  #fromProtobuf<T>(body: Uint8Array | string, expected: GroupVersionKind): DecodedBody<T> {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    const envelope = orUnrecognized(bytes, expected, () => this.#protobuf.open(bytes));
    const gvk = filledIn(envelope, expected);
    const name = this.#definitionOf(gvk, expected);
    const object = orUnrecognized(bytes, expected, () =>
      this.#protobuf.decode(name, { ...envelope, kind: gvk.kind, apiVersion: apiVersionOf(gvk) }),
    );
    return { object: object as T, gvk, warnings: [] };
  }

  #definitionOf(gvk: GroupVersionKind, expected: GroupVersionKind): string {
    const name = this.#catalog.kind(gvk);
    if (name === undefined) {
      const why = `no kind "${gvk.kind}" is registered for version "${apiVersionOf(gvk)}" in scheme "pkg/api/legacyscheme/scheme.go:30"`;
      throw cannotBeHandled(gvk, expected, why);
    }
    if (gvk.kind !== expected.kind) {
      const why = `converting (${gvk.version}.${gvk.kind}) to (${internalPackage(expected.group)}.${expected.kind}): unknown conversion`;
      throw cannotBeHandled(gvk, expected, why);
    }
    return name;
  }

  #read(gvk: GroupVersionKind, expected: GroupVersionKind, decode: () => Decoded): Decoded {
    try {
      return decode();
    } catch (error) {
      if (error instanceof DecodeError) throw cannotBeHandled(gvk, expected, error.message);
      throw error;
    }
  }
}

/** A body as JSON, with what it says it is. */
export interface OpenedBody {
  readonly json: string;
  readonly parsed: unknown;
  /** Keys that YAML says more than once. */
  readonly duplicates: readonly string[];
  /** Filled in from what is expected. */
  readonly gvk: GroupVersionKind;
}

/** Parses a body of JSON or YAML; throws 400 for one that is neither. */
export function openBody(body: Uint8Array | string, { expected, format }: BodyOptions): OpenedBody {
  const given = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const { json, duplicates } = format === 'yaml' ? fromYaml(body, given, expected) : { json: given, duplicates: [] };
  const parsed = parse(json, (why) => unreadable(given, expected, why));
  return { json, parsed, duplicates, gvk: kindOf(parsed, given, expected) };
}

function fromYaml(body: Uint8Array | string, given: string, expected: GroupVersionKind) {
  try {
    return yamlToJson(typeof body === 'string' ? body : yamlText(body));
  } catch (error) {
    if (error instanceof YamlError) throw unreadable(given, expected, error.message);
    throw error;
  }
}

function orUnrecognized<T>(body: Uint8Array, expected: GroupVersionKind, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw badRequest(`the object provided is unrecognized (must be of type ${expected.kind}): ${error.message} (${summaryOfBytes(body)})`);
  }
}

/** Strict faults in one text: YAML's own first, under its heading. */
export function strictMessage(duplicates: readonly string[], strict: readonly string[]): string {
  const yaml = duplicates.length > 0 ? [`yaml: unmarshal errors:\n${duplicates.map((line) => `  ${line}`).join('\n')}`] : [];
  return `strict decoding error: ${[...yaml, ...strict].join(', ')}`;
}

export function cannotBeHandled(gvk: GroupVersionKind, expected: GroupVersionKind, why: string) {
  return badRequest(`${gvk.kind} in version "${gvk.version}" cannot be handled as a ${expected.kind}: ${why}`);
}

function unrecognized(body: string, expected: GroupVersionKind, why: string) {
  return badRequest(`the object provided is unrecognized (must be of type ${expected.kind}): ${why} (${summaryOf(body)})`);
}

function unreadable(body: string, expected: GroupVersionKind, why: string) {
  return unrecognized(body, expected, `couldn't get version/kind; json parse error: ${why}`);
}

const SUMMARY_LENGTH = 30;

/** The start of a body: as text when it looks like JSON, else as hex. */
function summaryOf(body: string): string {
  if (body === '') return '<empty>';
  const bytes = new TextEncoder().encode(body);
  if (!body.startsWith('{')) return summaryOfBytes(bytes);
  return new TextDecoder().decode(bytes.subarray(0, SUMMARY_LENGTH)) + (bytes.length > SUMMARY_LENGTH ? ' ...' : '');
}

function summaryOfBytes(bytes: Uint8Array): string {
  const start = [...bytes.subarray(0, SUMMARY_LENGTH)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return start + (bytes.length > SUMMARY_LENGTH ? ' ...' : '');
}

const KIND_STRUCT = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

/** What the body says it is, filled in from what is expected. */
function kindOf(parsed: unknown, given: string, expected: GroupVersionKind): GroupVersionKind {
  const head = headOf(parsed, (why) => unreadable(given, expected, why));
  if (head.apiVersion.split('/').length > 2) throw unrecognized(given, expected, `unexpected GroupVersion string: ${head.apiVersion}`);
  return filledIn(head, expected);
}

function filledIn(head: { kind: string; apiVersion: string }, expected: GroupVersionKind): GroupVersionKind {
  const { group, version } = parseApiVersion(head.apiVersion);
  return {
    kind: head.kind || expected.kind,
    group: group === '' && version === '' ? expected.group : group,
    version: version || expected.version,
  };
}

function headOf(value: unknown, fail: (why: string) => Error): { kind: string; apiVersion: string } {
  if (value === null) return { kind: '', apiVersion: '' };
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw fail(`json: cannot unmarshal ${jsonTypeOf(value)} into Go value of type ${KIND_STRUCT}`);
  }
  const { kind, apiVersion } = value as Record<string, unknown>;
  for (const [name, part] of Object.entries({ apiVersion, kind })) {
    if (part !== undefined && part !== null && typeof part !== 'string') {
      throw fail(`json: cannot unmarshal ${jsonTypeOf(part)} into Go struct field .${name} of type string`);
    }
  }
  return { kind: (kind as string | null) ?? '', apiVersion: (apiVersion as string | null) ?? '' };
}

function parse(json: string, fail: (why: string) => Error): unknown {
  if (isTooDeep(json)) throw fail(TOO_DEEP);
  try {
    return parseJson(json);
  } catch {
    try {
      parseJsonText(json);
    } catch (error) {
      throw fail(error instanceof Error ? error.message : String(error));
    }
    throw fail('invalid JSON');
  }
}

function jsonTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/** The Go package of a group's internal types, which conversion errors name. */
function internalPackage(group: string): string {
  if (group === '' || group === 'events.k8s.io') return 'core';
  return group.split('.')[0] ?? group;
}
