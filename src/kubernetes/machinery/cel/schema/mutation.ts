/** The types that mutating policies make objects of: `Object{}`, `Object.spec{}` and so on, and `JSONPatch{}`. */

import type { StructProvider } from '../environment.ts';
import { type CelType, dynType, stringType, structType } from '../types/type.ts';
import { equal } from '../values/equal.ts';
import { CelError } from '../values/errors.ts';
import { toData } from '../values/to-data.ts';
import { CelList, CelMap, CelObject, type CelValue } from '../values/value.ts';

/** A part of an object to apply. Its fields are not checked against a schema. */
export class ObjectValue extends CelObject {
  override readonly type: CelType;
  readonly fields: ReadonlyMap<string, CelValue>;

  constructor(type: string, fields: ReadonlyMap<string, CelValue>) {
    super();
    this.type = structType(type);
    this.fields = fields;
  }

  override get isZero(): boolean {
    return this.fields.size === 0;
  }

  override field(name: string): CelValue | undefined {
    return this.fields.get(name);
  }

  override equals(other: CelValue): boolean {
    if (!(other instanceof ObjectValue) || other.type.name !== this.type.name || other.fields.size !== this.fields.size) return false;
    return [...this.fields].every(([name, value]) => other.fields.has(name) && equal(value, other.fields.get(name)!));
  }

  override toData(): Record<string, unknown> {
    return Object.fromEntries([...this.fields].map(([name, value]) => [name, toData(value)]));
  }
}

/** Complaints about objects that are not named after the place they stand in: `Object.spec{}` under `spec`. */
export function misplacedTypes(value: CelValue, path = 'Object'): string[] {
  if (value instanceof ObjectValue) {
    const own =
      value.type.name === path
        ? []
        : [`unexpected type name "${value.type.name}", expected "${path}", which matches field name path from root Object type`];
    return [...own, ...[...value.fields].flatMap(([name, field]) => misplacedTypes(field, `${path}.${name}`))];
  }
  if (value instanceof CelList) return [...value].flatMap((element) => misplacedTypes(element, path));
  if (value instanceof CelMap) return [...value.keys()].flatMap((key) => misplacedTypes(value.get(key) ?? null, path));
  return [];
}

const JSON_PATCH = 'JSONPatch';
const TEXT_FIELDS: ReadonlySet<string> = new Set(['op', 'path', 'from']);

/** One operation of a JSON patch. */
export class JsonPatchValue extends CelObject {
  override readonly type = structType(JSON_PATCH);
  readonly op: string;
  readonly path: string;
  readonly from: string;
  readonly value: CelValue | undefined;

  constructor(fields: ReadonlyMap<string, CelValue>) {
    super();
    const text = (name: string): string => {
      const value = fields.get(name) ?? '';
      if (typeof value !== 'string') throw new CelError(`unexpected type for JSONPatchType '${name}' field`);
      return value;
    };
    [this.op, this.path, this.from] = [text('op'), text('path'), text('from')];
    this.value = fields.get('value');
  }

  override field(name: string): CelValue | undefined {
    if (name === 'value') return this.value;
    const text = TEXT_FIELDS.has(name) ? this[name as 'op' | 'path' | 'from'] : '';
    return text === '' ? undefined : text;
  }

  override equals(other: CelValue): boolean {
    if (!(other instanceof JsonPatchValue) || other.op !== this.op || other.path !== this.path || other.from !== this.from) return false;
    return this.value === undefined || other.value === undefined ? this.value === other.value : equal(this.value, other.value);
  }

  override toData(): Record<string, unknown> {
    const from = this.from === '' ? {} : { from: this.from };
    return { op: this.op, path: this.path, ...from, ...(this.value === undefined ? {} : { value: toData(this.value) }) };
  }
}

const isObjectType = (name: string): boolean => name === 'Object' || name.startsWith('Object.');

export const mutationTypes: StructProvider = {
  findType: (name) => (name === JSON_PATCH || isObjectType(name) ? structType(name) : undefined),
  findField(type, field) {
    if (type !== JSON_PATCH) return dynType;
    return TEXT_FIELDS.has(field) ? stringType : field === 'value' ? dynType : undefined;
  },
  construct: (type, fields) => (type === JSON_PATCH ? new JsonPatchValue(fields) : new ObjectValue(type, fields)),
};
