/**
 * Facts about one API type, generated from upstream's protobuf and Go sources. Everything structural is derived
 * from these: validation, pruning, defaulting, OpenAPI, patch and apply semantics, protobuf.
 */
export interface ObjectSchema {
  /** OpenAPI definition name, `io.k8s.api.core.v1.PodSpec`. */
  readonly name: string;
  readonly fields: readonly FieldSchema[];
  /** `+structType`: atomic objects are replaced whole by server-side apply. */
  readonly structType?: 'atomic' | 'granular';
  /** `x-kubernetes-unions` of this type, if any. */
  readonly unions?: readonly UnionSchema[];
}

export interface FieldSchema {
  /** JSON name. */
  readonly name: string;
  /** Protobuf field number. */
  readonly number: number;
  readonly type: TypeSchema;
  /** In OpenAPI's `required`. */
  readonly required?: boolean;
  /** Literal default from a `+default` marker. */
  readonly default?: unknown;
}

export type ScalarKind =
  | 'string'
  | 'int32'
  | 'int64'
  | 'double'
  | 'boolean'
  /** base64 in JSON */
  | 'bytes'
  | 'quantity'
  | 'time'
  | 'microtime'
  | 'duration'
  | 'intOrString'
  /** FieldsV1: any JSON object */
  | 'fieldsV1'
  /** RawExtension: any JSON object */
  | 'raw'
  /** apiextensions JSON: any JSON value */
  | 'json';

export type TypeSchema =
  | { readonly kind: ScalarKind; readonly enum?: readonly string[] }
  | { readonly kind: 'ref'; readonly name: string }
  | ListSchema
  | MapSchema;

export interface ListSchema {
  readonly kind: 'list';
  readonly items: TypeSchema;
  /** Absent means atomic. */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly mapKeys?: readonly string[];
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
}

export interface MapSchema {
  readonly kind: 'map';
  readonly values: TypeSchema;
  readonly mapType?: 'atomic' | 'granular';
}

export interface UnionSchema {
  readonly discriminator?: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Finds a type by its definition name; throws for a name that was not generated. */
export type SchemaLookup = (name: string) => ObjectSchema;
