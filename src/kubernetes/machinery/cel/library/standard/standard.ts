import { standardMacros } from '../../syntax/standard-macros.ts';
import type { Library, VariableDeclaration } from '../../types/declarations.ts';
import * as types from '../../types/type.ts';
import { comparisons } from './comparisons.ts';
import { conversions } from './conversions.ts';
import { operators } from './operators.ts';
import { stringFunctions } from './strings.ts';
import { timeFunctions } from './time.ts';

/** The name of a type as a variable: `int`, whose type is `type(int)`. */
export const typeVariable = (type: types.CelType, name = type.name): VariableDeclaration => ({
  name,
  type: types.typeOfType(type),
  value: type,
});

const NAMED = [
  types.boolType,
  types.bytesType,
  types.doubleType,
  types.durationType,
  types.dynType,
  types.intType,
  types.listType,
  types.mapType,
  types.nullType,
  types.stringType,
  types.timestampType,
  types.typeType,
  types.uintType,
];

/** What every expression may use. */
export const standardLibrary: Library = {
  name: 'cel.lib.std',
  macros: standardMacros,
  functions: [...operators, ...comparisons, ...conversions, ...stringFunctions, ...timeFunctions],
  variables: NAMED.filter((type) => type !== types.dynType).map((type) => typeVariable(type)),
};
