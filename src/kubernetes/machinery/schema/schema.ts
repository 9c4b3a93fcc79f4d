/**
 * Facts about one API type, generated from upstream's protobuf and Go sources. Everything structural is derived
 * from these: validation, pruning, defaulting, OpenAPI, patch and apply semantics, protobuf.
 */
export interface ObjectSchema {
  /** OpenAPI definition name, `io.k8s.api.core.v1.PodSpec`. */
  readonly name: string;
  /** In the order in which they are written to JSON; the fields of embedded structs stand among them. */
  readonly fields: readonly FieldSchema[];
  /** Has `kind` and `apiVersion`, the first two fields, which protobuf carries outside the message. */
  readonly typed?: boolean;
  /** `+structType`: atomic objects are replaced whole by server-side apply. */
  readonly structType?: 'atomic' | 'granular';
  /** JSON is either of two shapes; the fields are those of protobuf (`JSONSchemaPropsOrBool`). */
  readonly either?: boolean;
  /** `x-kubernetes-unions` of this type, if any. */
  readonly unions?: readonly UnionSchema[];
}

export interface FieldSchema {
  /** JSON name. */
  readonly name: string;
  /** Protobuf field number; 0 where protobuf leaves the field out. */
  readonly number: number;
  /** Embedded structs around this field, outermost first: JSON flattens them, protobuf nests them. */
  readonly via?: readonly EmbeddedSchema[];
  readonly type: TypeSchema;
  /** In OpenAPI's `required`. */
  readonly required?: boolean;
  /** Literal default from a `+default` marker. */
  readonly default?: unknown;
  /** A pointer in Go: absent and zero differ. Lists and maps are always absent when empty or null. */
  readonly pointer?: boolean;
  /** Left out of JSON when zero. Without it the zero value is written; structs that are no pointers always are. */
  readonly omitEmpty?: boolean;
  /** Left out of JSON when a struct whose every field is zero. */
  readonly omitZero?: boolean;
  /** Strategic merge, on fields that are no lists: `retainKeys` and `replace`. */
  readonly patchStrategy?: string;
  /** Go's name for the type where it does not follow from `type`; JSON errors show it. */
  readonly goType?: string;
}

export interface EmbeddedSchema {
  /** Go field name, `ProbeHandler`. */
  readonly name: string;
  /** Protobuf field number of the embedded message. */
  readonly number: number;
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

export type TypeSchema = ScalarSchema | RefSchema | ListSchema | MapSchema;

export interface ScalarSchema {
  readonly kind: ScalarKind;
  /** The values that OpenAPI lists, sorted. */
  readonly enum?: readonly string[];
  /** Bytes are lists too: always replaced whole. */
  readonly listType?: 'atomic';
}

export interface RefSchema {
  readonly kind: 'ref';
  /** Definition name. */
  readonly name: string;
  /** Overrides the `structType` of the type referred to. */
  readonly structType?: 'atomic' | 'granular';
}

export interface ListSchema {
  readonly kind: 'list';
  readonly items: TypeSchema;
  /** Absent means atomic. */
  readonly listType?: 'atomic' | 'set' | 'map';
  readonly mapKeys?: readonly string[];
  readonly patchStrategy?: string;
  readonly patchMergeKey?: string;
  /** Protobuf wraps the list in a message whose field 1 it is. */
  readonly message?: boolean;
}

export interface MapSchema {
  readonly kind: 'map';
  readonly values: TypeSchema;
  readonly mapType?: 'atomic' | 'granular';
}

export interface UnionSchema {
  readonly discriminator?: string;
  /** JSON name to the discriminator's value. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Finds a type by its definition name; throws for a name that was not generated. */
export type SchemaLookup = (name: string) => ObjectSchema;
