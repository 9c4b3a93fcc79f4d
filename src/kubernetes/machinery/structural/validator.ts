import type { FieldError } from '../field-error.ts';
import type { Check } from './check.ts';
import type { Correlation } from './correlation.ts';
import { itemsOf, type JsonSchema, valuesOf } from './json-schema.ts';
import { combinationCheck } from './keywords/combination.ts';
import { enumCheck } from './keywords/enum.ts';
import { listCheck } from './keywords/list.ts';
import { numberCheck } from './keywords/number.ts';
import { objectCheck } from './keywords/object.ts';
import { stringCheck } from './keywords/string.ts';
import { stringFormatCheck, typeCheck } from './keywords/type.ts';
import { Outcome } from './outcome.ts';

/** A schema made into one function, once. */
export class SchemaValidator {
  readonly #check: Check;

  constructor(schema: JsonSchema) {
    this.#check = compile(schema);
  }

  /**
   * The faults of a value. `base` is where the value is. With `before`, faults of whatever did not change are forgiven:
   * a schema may have become stricter since.
   */
  faults(value: unknown, base = '', before?: Correlation): FieldError[] {
    const outcome = new Outcome();
    this.#check(value, '', outcome, before);
    return outcome.faults.map((fault) => ({ ...fault, field: placed(base, fault.field) }));
  }
}

/** Entries of a map at the root have a dot before their names. */
function placed(base: string, told: string): string {
  const field = told.replace(/^\./, '');
  if (field === '') return base || '<nil>';
  return base ? `${base}.${field}` : field;
}

function compile(schema: JsonSchema): Check {
  const items = itemsOf(schema);
  const values = valuesOf(schema);
  const type = typeCheck(schema);
  const enumeration = enumCheck(schema);
  const properties = new Map(Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, compile(inner)]));
  const others: Check[] = [
    combinationCheck(schema, compile),
    stringCheck(schema),
    stringFormatCheck(schema),
    numberCheck(schema),
    listCheck(schema, items && compile(items)),
    enumeration,
    objectCheck(schema, { properties, values: values && compile(values) }),
  ].filter((check) => check !== undefined);

  const all: Check = (value, path, into, before) => {
    type?.(value, path, into, before);
    if (value === null) return enumeration?.(value, path, into, before);
    // Each check that applies counts, and so does every schema.
    into.matches += type ? 5 : 4;
    for (const check of others) check(value, path, into, before);
  };
  return (value, path, into, before) => {
    const known = into.faults.length;
    all(value, path, into, before);
    if (before && into.faults.length > known && before.equal) into.faults.length = known;
  };
}
