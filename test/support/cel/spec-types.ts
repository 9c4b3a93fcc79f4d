/** The specification's cases: their shape, and types and values in its JSON notation as ours. */

import {
  defineFunction,
  type FunctionDeclaration,
  method,
  overload,
  type VariableDeclaration,
} from '../../../src/kubernetes/machinery/cel/types/declarations.ts';
import * as types from '../../../src/kubernetes/machinery/cel/types/type.ts';
import { CelError } from '../../../src/kubernetes/machinery/cel/values/errors.ts';
import { EntryMap } from '../../../src/kubernetes/machinery/cel/values/map.ts';
import { whole } from '../../../src/kubernetes/machinery/cel/values/number.ts';
import { parseDuration, parseTimestamp } from '../../../src/kubernetes/machinery/cel/values/time.ts';
import { ArrayList, CelDouble, CelUint, type CelValue } from '../../../src/kubernetes/machinery/cel/values/value.ts';

export interface SpecCase {
  /** Where the case stands: `string/size/empty`. */
  readonly path: string;
  readonly expr: string;
  readonly container?: string;
  readonly disableMacros?: boolean;
  readonly disableCheck?: boolean;
  readonly checkOnly?: boolean;
  readonly typeEnv?: readonly SpecDeclaration[];
  readonly bindings?: Readonly<Record<string, { readonly value?: SpecValue }>>;
  readonly value?: SpecValue;
  readonly typedResult?: { readonly result?: SpecValue; readonly deducedType?: SpecType };
  readonly evalError?: { readonly errors?: readonly { readonly message: string }[] };
  /** cel-go's answers. */
  readonly ast?: string;
  readonly checkedAst?: string;
  readonly type?: string;
  readonly error?: string;
}

export interface SpecSuite {
  readonly name: string;
  readonly suites?: readonly SpecSuite[];
  readonly tests?: readonly { readonly original: Record<string, unknown> & { readonly expr: string; readonly name?: string } }[];
}

export type SpecValue = Readonly<Record<string, unknown>>;
export type SpecType = Readonly<Record<string, unknown>>;

interface SpecDeclaration {
  readonly name: string;
  readonly ident?: { readonly type: SpecType };
  readonly function?: { readonly overloads: readonly SpecOverload[] };
}

interface SpecOverload {
  readonly overloadId: string;
  readonly params?: readonly SpecType[];
  readonly resultType: SpecType;
  readonly isInstanceFunction?: boolean;
}

/** All cases of a suite, in its order. */
export function* casesOf(suite: SpecSuite, prefix = ''): Iterable<SpecCase> {
  const path = `${prefix}${suite.name}`;
  for (const { original, ...derived } of suite.tests ?? []) {
    yield { ...derived, ...original, path: `${path}/${original.name ?? original.expr.replace(/\s+/g, ' ').trim()}` };
  }
  for (const inner of suite.suites ?? []) yield* casesOf(inner, `${path}/`);
}

const PRIMITIVES: Readonly<Record<string, types.CelType>> = {
  BOOL: types.boolType,
  INT64: types.intType,
  UINT64: types.uintType,
  DOUBLE: types.doubleType,
  STRING: types.stringType,
  BYTES: types.bytesType,
};
const WELL_KNOWN: Readonly<Record<string, types.CelType>> = {
  ANY: types.anyType,
  TIMESTAMP: types.timestampType,
  DURATION: types.durationType,
};
export const MESSAGES: Readonly<Record<string, types.CelType>> = {
  'google.protobuf.Any': types.anyType,
  'google.protobuf.Timestamp': types.timestampType,
  'google.protobuf.Duration': types.durationType,
  'google.protobuf.Struct': types.mapOf(types.stringType, types.dynType),
  'google.protobuf.ListValue': types.listType,
  'google.protobuf.Value': types.dynType,
  'google.protobuf.BoolValue': types.nullableOf(types.boolType),
  'google.protobuf.Int32Value': types.nullableOf(types.intType),
  'google.protobuf.Int64Value': types.nullableOf(types.intType),
  'google.protobuf.UInt32Value': types.nullableOf(types.uintType),
  'google.protobuf.UInt64Value': types.nullableOf(types.uintType),
  'google.protobuf.FloatValue': types.nullableOf(types.doubleType),
  'google.protobuf.DoubleValue': types.nullableOf(types.doubleType),
  'google.protobuf.StringValue': types.nullableOf(types.stringType),
  'google.protobuf.BytesValue': types.nullableOf(types.bytesType),
};

/** A type of the specification. */
export function typeOf(type: SpecType): types.CelType {
  const [[kind, detail] = ['', undefined]] = Object.entries(type);
  const parts = (typeof detail === 'object' ? detail : {}) as Record<string, SpecType> & { parameterTypes?: SpecType[]; name?: string };
  switch (kind) {
    case 'primitive':
      return PRIMITIVES[String(detail)]!;
    case 'wrapper':
      return types.nullableOf(PRIMITIVES[String(detail)]!);
    case 'wellKnown':
      return WELL_KNOWN[String(detail)]!;
    case 'listType':
      return types.listOf(parts.elemType ? typeOf(parts.elemType) : types.dynType);
    case 'mapType':
      return types.mapOf(parts.keyType ? typeOf(parts.keyType) : types.dynType, parts.valueType ? typeOf(parts.valueType) : types.dynType);
    case 'messageType':
      return MESSAGES[String(detail)] ?? types.structType(String(detail));
    case 'typeParam':
      return types.typeParameter(String(detail));
    case 'type':
      return Object.keys(parts).length ? types.typeOfType(typeOf(parts)) : types.typeType;
    case 'null':
      return types.nullType;
    case 'abstractType':
      return types.opaqueType(String(parts.name), ...(parts.parameterTypes ?? []).map(typeOf));
    default:
      return types.dynType;
  }
}

const NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

/** A value of the specification. */
export function celValueOf(value: SpecValue): CelValue {
  const [[kind, detail] = ['', undefined]] = Object.entries(value);
  switch (kind) {
    case 'int64Value':
      return whole(BigInt(String(detail)));
    case 'uint64Value':
      return new CelUint(whole(BigInt(String(detail))));
    case 'doubleValue':
      return new CelDouble(NUMBERS[String(detail)] ?? Number(detail));
    case 'bytesValue':
      return Uint8Array.from(Buffer.from(String(detail), 'base64'));
    case 'nullValue':
      return null;
    case 'typeValue':
      return new types.CelType('struct', String(detail));
    case 'listValue':
      return new ArrayList(((detail as { values?: SpecValue[] }).values ?? []).map(celValueOf));
    case 'mapValue': {
      const { entries = [] } = detail as { entries?: { key: SpecValue; value: SpecValue }[] };
      return EntryMap.from(entries.map((entry) => [celValueOf(entry.key), celValueOf(entry.value)] as const));
    }
    case 'objectValue':
      return objectOf(detail as Record<string, unknown>);
    default:
      return detail as boolean | string;
  }
}

/** Messages that CEL has values for. */
function objectOf(message: Readonly<Record<string, unknown>>): CelValue {
  const type = String(message['@type']).replace('type.googleapis.com/', '');
  if (type === 'google.protobuf.Duration') return parseDuration(String(message.value))!;
  if (type === 'google.protobuf.Timestamp') return parseTimestamp(String(message.value))!;
  throw new CelError(`message ${type}`);
}

export function variablesOf({ typeEnv = [] }: SpecCase): VariableDeclaration[] {
  return typeEnv.flatMap(({ name, ident }) => (ident ? [{ name, type: typeOf(ident.type) }] : []));
}

/** Functions that a case declares; none has an implementation. */
export function functionsOf({ typeEnv = [] }: SpecCase): FunctionDeclaration[] {
  return typeEnv.flatMap(({ name, function: declared }) => {
    if (!declared) return [];
    const overloads = declared.overloads.map(({ overloadId, params = [], resultType, isInstanceFunction }) =>
      (isInstanceFunction ? method : overload)(overloadId, params.map(typeOf), typeOf(resultType), () => {
        throw new CelError('unbound function');
      }),
    );
    return [defineFunction(name, ...overloads)];
  });
}

const F = { string: types.stringType, int: types.intType };

/** Variables and functions that cel-go's checker cases take for given. */
export const checkerDeclarations = {
  variables: (
    [
      ['is', types.stringType],
      ['ii', types.intType],
      ['iu', types.uintType],
      ['iz', types.boolType],
      ['ib', types.bytesType],
      ['id', types.doubleType],
      ['ix', types.nullType],
    ] as const
  ).map(([name, type]): VariableDeclaration => ({ name, type })),
  functions: [
    defineFunction(
      'fg_s',
      overload('fg_s_0', [], F.string, () => ''),
    ),
    defineFunction(
      'fi_s_s',
      method('fi_s_s_0', [F.string], F.string, () => ''),
    ),
  ],
};
