import type { DeclType } from '../../cel/schema/decl-type.ts';
import { escapeName } from '../../cel/schema/escape.ts';
import { at, invalidValue } from '../../validation/faults.ts';
import { KeyedItems } from '../correlation.ts';
import { isObject, itemsOf, type JsonObject, type JsonSchema, valuesOf } from '../json-schema.ts';
import { askRules } from './ask-rules.ts';
import { type CompiledRule, compileRules, selfTypeOf } from './compile-rules.ts';
import type { RuleRun, RuleSubject } from './rule-run.ts';

/** The rules of a schema and of the schemas inside, each compiled once. */
export class RuleChecker {
  readonly #schema: JsonSchema;
  readonly #self: DeclType | undefined;
  readonly #rules: readonly CompiledRule[];
  readonly #properties = new Map<string, RuleChecker>();
  readonly #items: RuleChecker | undefined;
  readonly #values: RuleChecker | undefined;

  /** Undefined where there are no rules. With `isResource`, values are whole objects. */
  static of(schema: JsonSchema | undefined, isResource = false): RuleChecker | undefined {
    return schema && hasRules(schema) ? new RuleChecker(schema, selfTypeOf(schema, isResource)) : undefined;
  }

  private constructor(schema: JsonSchema, self: DeclType | undefined) {
    this.#schema = schema;
    this.#self = self;
    this.#rules = self ? compileRules(schema, self) : [];
    const [items, values] = [itemsOf(schema), valuesOf(schema)];
    if (items && hasRules(items)) this.#items = new RuleChecker(items, self?.element);
    if (values && hasRules(values)) this.#values = new RuleChecker(values, self?.element);
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const declared = hasRules(property) ? fieldType(self, name, property) : undefined;
      // Nothing is asked of fields that expressions cannot use.
      if (declared) this.#properties.set(name, new RuleChecker(property, declared));
    }
  }

  /** Asks every rule about a value and what is in it. */
  check(subject: RuleSubject, run: RuleRun): void {
    const { value } = subject;
    if (value === null || value === undefined || run.over) return;
    this.#ask(subject, run);
    if (run.over) return;
    if (Array.isArray(value)) this.#checkItems(value, subject, run);
    else if (isObject(value)) this.#checkFields(value, subject, run);
  }

  #ask(subject: RuleSubject, run: RuleRun): void {
    const { type = '' } = this.#schema;
    if (this.#self) askRules(this.#rules, this.#self, type, subject, run);
    else if (this.#schema['x-kubernetes-validations']?.length) {
      const why = 'rule compiler initialization error: failed to convert to declType for CEL validation rules';
      run.add(invalidValue(subject.path ?? '<nil>', type, why));
    }
  }

  #checkItems(items: readonly unknown[], { previous, path, ratchet }: RuleSubject, run: RuleRun): void {
    if (!this.#items) return;
    const before = new KeyedItems(this.#schema, Array.isArray(previous) ? previous : []);
    for (const [index, value] of items.entries()) {
      const item = { value, previous: before.find(value), path: `${path ?? ''}[${index}]`, ratchet: ratchet.index(index) };
      this.#items.check(item, run);
      if (run.over) return;
    }
  }

  #checkFields(object: JsonObject, { previous, path, ratchet }: RuleSubject, run: RuleRun): void {
    if (!this.#values && this.#properties.size === 0) return;
    const before = isObject(previous) ? previous : {};
    for (const [name, value] of Object.entries(object)) {
      const property = this.#properties.get(name);
      const place = property ? at(path ?? '', name) : `${path ?? ''}[${name}]`;
      const field = { value, previous: Object.hasOwn(before, name) ? before[name] : undefined, path: place, ratchet: ratchet.key(name) };
      (property ?? this.#values)?.check(field, run);
      if (run.over) return;
    }
  }
}

/** Fields that no identifier can name have a type of their own. */
function fieldType(self: DeclType | undefined, name: string, property: JsonSchema): DeclType | undefined {
  const identifier = escapeName(name);
  if (identifier === undefined) return selfTypeOf(property, property['x-kubernetes-embedded-resource'] === true);
  return self?.fields?.get(identifier);
}

function hasRules(schema: JsonSchema): boolean {
  if (schema['x-kubernetes-validations']?.length) return true;
  const inside = [itemsOf(schema), valuesOf(schema), ...Object.values(schema.properties ?? {})];
  return inside.some((inner) => inner !== undefined && hasRules(inner));
}
