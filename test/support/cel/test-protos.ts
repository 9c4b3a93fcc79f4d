/** Types of the specification's test messages, for its cases of type checking. Messages as values are not supported. */

import { getTestRegistry } from '@bufbuild/cel-spec/testdata/registry.js';
import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { TypeProvider } from '../../../src/kubernetes/machinery/cel/types/type.ts';
import * as types from '../../../src/kubernetes/machinery/cel/types/type.ts';
import { MESSAGES } from './spec-types.ts';

const registry = getTestRegistry();

const SCALARS: Readonly<Record<ScalarType, types.CelType>> = {
  [ScalarType.BOOL]: types.boolType,
  [ScalarType.STRING]: types.stringType,
  [ScalarType.BYTES]: types.bytesType,
  [ScalarType.DOUBLE]: types.doubleType,
  [ScalarType.FLOAT]: types.doubleType,
  [ScalarType.INT32]: types.intType,
  [ScalarType.INT64]: types.intType,
  [ScalarType.SINT32]: types.intType,
  [ScalarType.SINT64]: types.intType,
  [ScalarType.SFIXED32]: types.intType,
  [ScalarType.SFIXED64]: types.intType,
  [ScalarType.UINT32]: types.uintType,
  [ScalarType.UINT64]: types.uintType,
  [ScalarType.FIXED32]: types.uintType,
  [ScalarType.FIXED64]: types.uintType,
};

const messageType = ({ typeName }: DescMessage): types.CelType => MESSAGES[typeName] ?? types.structType(typeName);

function fieldType(field: DescField): types.CelType {
  switch (field.fieldKind) {
    case 'scalar':
      return SCALARS[field.scalar];
    case 'enum':
      return types.intType;
    case 'message':
      return messageType(field.message);
    case 'list':
      return types.listOf(
        field.listKind === 'message' ? messageType(field.message) : field.listKind === 'enum' ? types.intType : SCALARS[field.scalar],
      );
    case 'map': {
      const value =
        field.mapKind === 'message' ? messageType(field.message) : field.mapKind === 'enum' ? types.intType : SCALARS[field.scalar];
      return types.mapOf(SCALARS[field.mapKey], value);
    }
  }
}

/** cel-go's cases name the packages of its own copies of the messages. */
const messageOf = (name: string): DescMessage | undefined =>
  registry.getMessage(name.replace(/^google\.expr\.(proto[23])\.test\./, 'cel.expr.conformance.$1.'));

export const testMessages: TypeProvider = {
  findType: (name) => MESSAGES[name] ?? (messageOf(name) && types.structType(name)),
  findField(type, name) {
    const field = messageOf(type)?.fields.find((candidate) => candidate.name === name);
    if (!field) return undefined;
    const found = fieldType(field);
    const prefix = /^(google\.expr\.proto[23]\.test\.)/.exec(type)?.[1];
    return prefix ? renamed(found, prefix) : found;
  },
};

function renamed(type: types.CelType, prefix: string): types.CelType {
  const name = type.kind === 'struct' ? type.name.replace(/^cel\.expr\.conformance\.proto[23]\./, prefix) : type.name;
  return new types.CelType(
    type.kind,
    name,
    type.parameters.map((parameter) => renamed(parameter, prefix)),
    type.nullable,
  );
}
