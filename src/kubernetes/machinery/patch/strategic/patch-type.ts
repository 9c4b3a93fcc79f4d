import type { SchemaLookup, TypeSchema } from '../../schema/schema.ts';

/** What strategic merge needs to know of one field. */
export interface PatchField {
  /** Of the field's value, or of its items where it is a list. */
  readonly type: PatchType;
  readonly strategies: readonly string[];
  readonly mergeKey: string;
}

/** What strategic merge needs to know of a type: its fields. Types without a schema have fields of no strategy. */
export interface PatchType {
  /** What messages call it. */
  readonly goKind: string;
  field(name: string): PatchField;
}

const UNKNOWN: PatchType = { goKind: 'string', field: () => UNKNOWN_FIELD };
const UNKNOWN_FIELD: PatchField = { type: UNKNOWN, strategies: [], mergeKey: '' };

/** The patch type of a definition name. */
export function patchTypeOf(name: string, lookup: SchemaLookup): PatchType {
  return {
    goKind: 'struct',
    field: (fieldName) => {
      const field = lookup(name).fields.find((candidate) => candidate.name === fieldName);
      if (!field) return UNKNOWN_FIELD;
      const { type } = field;
      const strategy = (type.kind === 'list' ? type.patchStrategy : field.patchStrategy) ?? '';
      return {
        type: typeBelow(type.kind === 'list' ? type.items : type, lookup),
        strategies: strategy === '' ? [] : strategy.split(','),
        mergeKey: type.kind === 'list' ? (type.patchMergeKey ?? '') : '',
      };
    },
  };
}

function typeBelow(type: TypeSchema, lookup: SchemaLookup): PatchType {
  if (type.kind === 'ref') return patchTypeOf(type.name, lookup);
  if (type.kind !== 'map') return UNKNOWN;
  const values = typeBelow(type.values, lookup);
  return { goKind: 'map', field: () => ({ type: values, strategies: [], mergeKey: '' }) };
}
