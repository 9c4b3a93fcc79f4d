/** CEL types: what the checker reasons about, and what `type(x)` gives at run time. */

export type TypeKind =
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'null'
  | 'timestamp'
  | 'duration'
  | 'list'
  | 'map'
  | 'type'
  | 'dyn'
  | 'any'
  | 'error'
  /** Types of libraries, some with parameters: `optional_type(int)`, `net.IP`. */
  | 'opaque'
  /** Types with fields, found by name in a {@link TypeProvider}. */
  | 'struct'
  /** A placeholder in the signature of a function, or a free variable of the checker. */
  | 'parameter';

export class CelType {
  readonly kind: TypeKind;
  /** The name that a program sees: `int`, `list`, `google.protobuf.Timestamp`. */
  readonly name: string;
  readonly parameters: readonly CelType[];
  /** Accepts null too: the wrapper types of protobuf. */
  readonly nullable: boolean;

  constructor(kind: TypeKind, name: string, parameters: readonly CelType[] = [], nullable = false) {
    this.kind = kind;
    this.name = name;
    this.parameters = parameters;
    this.nullable = nullable;
  }

  toString(): string {
    return formatType(this);
  }
}

export const boolType = new CelType('bool', 'bool');
export const intType = new CelType('int', 'int');
export const uintType = new CelType('uint', 'uint');
export const doubleType = new CelType('double', 'double');
export const stringType = new CelType('string', 'string');
export const bytesType = new CelType('bytes', 'bytes');
export const nullType = new CelType('null', 'null_type');
export const timestampType = new CelType('timestamp', 'google.protobuf.Timestamp');
export const durationType = new CelType('duration', 'google.protobuf.Duration');
export const dynType = new CelType('dyn', 'dyn');
export const anyType = new CelType('any', 'google.protobuf.Any');
export const errorType = new CelType('error', 'error');

export const listOf = (element: CelType): CelType => new CelType('list', 'list', [element]);
export const mapOf = (key: CelType, value: CelType): CelType => new CelType('map', 'map', [key, value]);
export const typeOfType = (type: CelType): CelType => new CelType('type', 'type', [type]);
export const optionalOf = (type: CelType): CelType => new CelType('opaque', 'optional_type', [type]);
export const opaqueType = (name: string, ...parameters: CelType[]): CelType => new CelType('opaque', name, parameters);
export const structType = (name: string): CelType => new CelType('struct', name);
export const typeParameter = (name: string): CelType => new CelType('parameter', name);
export const nullableOf = (type: CelType): CelType => new CelType(type.kind, type.name, type.parameters, true);

export const typeType = new CelType('type', 'type');
export const listType = listOf(dynType);
export const mapType = mapOf(dynType, dynType);

export const isOptionalType = (type: CelType): boolean => type.kind === 'opaque' && type.name === 'optional_type';
export const isDynamic = (type: CelType): boolean => type.kind === 'dyn' || type.kind === 'any' || type.kind === 'error';

/** The type as error messages show it: `list(int)`, `map(string, dyn)`. */
export function formatType(type: CelType): string {
  if (type.nullable) return `wrapper(${type.name})`;
  switch (type.kind) {
    case 'null':
    case 'timestamp':
    case 'duration':
    case 'any':
      return type.kind;
    case 'error':
      return '!error!';
    default:
      return type.parameters.length ? `${type.name}(${type.parameters.map(formatType).join(', ')})` : type.name;
  }
}

/** Same type, parameters included. */
export function sameType(a: CelType, b: CelType): boolean {
  if (a === b) return true;
  return (
    a.kind === b.kind &&
    a.name === b.name &&
    a.nullable === b.nullable &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((parameter, i) => sameType(parameter, b.parameters[i]!))
  );
}

/** Types with fields, by name: how objects of a schema and messages are known to the engine. */
export interface TypeProvider {
  /** The type of that name; undefined when there is none. */
  findType(name: string): CelType | undefined;
  /** The type of a field as written in an expression; undefined when the type has no such field. */
  findField(type: string, field: string): CelType | undefined;
}
