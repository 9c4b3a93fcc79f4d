import { CompiledExpression } from '../../cel/compile.ts';
import { costLimits } from '../../cel/cost/units.ts';
import type { Bindings } from '../../cel/evaluate/frame.ts';
import type { DeclType } from '../../cel/schema/decl-type.ts';
import { CelError } from '../../cel/values/errors.ts';
import { CelOptional, type CelValue } from '../../cel/values/value.ts';
import type { FieldError } from '../../field-error.ts';
import { duplicate, forbiddenField, invalidValue, OMITTED, required } from '../../validation/faults.ts';
import { goQuote } from '../../validation/go-text.ts';
import type { ValidationRule } from '../json-schema.ts';
import { type CompiledRule, RuleFault } from './compile-rules.ts';
import type { RuleRun, RuleSubject } from './rule-run.ts';

const OUT_OF_BUDGET = 'validation failed due to running out of cost budget, no further validation rules will be run';
const MAX_MESSAGE_BYTES = 5 * 1024;

/** Asks the rules of one schema about one value. `type` is what the schema calls its values. */
export function askRules(rules: readonly CompiledRule[], self: DeclType, type: string, subject: RuleSubject, run: RuleRun): void {
  if (rules.length === 0) return;
  if (run.left <= 0) {
    run.stop(invalidValue(placeOf(subject), type, OUT_OF_BUDGET));
    return;
  }
  const asked = new AskedRules(self, type, subject, run);
  for (const rule of rules) {
    asked.ask(rule);
    if (run.over) return;
  }
}

const placeOf = ({ path }: RuleSubject): string => path ?? '<nil>';
const isAbsent = (value: unknown): boolean => value === undefined || value === null;

class AskedRules {
  readonly #type: string;
  readonly #subject: RuleSubject;
  readonly #run: RuleRun;
  readonly #variables: Variables;

  constructor(self: DeclType, type: string, subject: RuleSubject, run: RuleRun) {
    this.#type = type;
    this.#subject = subject;
    this.#run = run;
    this.#variables = new Variables(self, subject);
  }

  ask(compiled: CompiledRule): void {
    const { rule, expression, usesOldSelf } = compiled;
    if (expression instanceof RuleFault) this.#run.add(this.#fault(`rule compile error: ${expression.detail}`));
    // Rules about changes need something that changed, or say that they can do without.
    if (!(expression instanceof CompiledExpression) || (usesOldSelf && isAbsent(this.#subject.previous) && !rule.optionalOldSelf)) return;
    const bindings = rule.optionalOldSelf ? this.#variables.optional : this.#variables.plain;
    const { value, cost } = expression.evaluate(bindings, { costLimit: costLimits.perCall });
    if (!this.#run.spend(cost)) this.#run.stop(this.#fault(OUT_OF_BUDGET));
    else if (value instanceof CelError) this.#failed(rule, value);
    else if (value !== true) this.#report(compiled);
  }

  #fault(detail: string): FieldError {
    return invalidValue(placeOf(this.#subject), this.#type, detail);
  }

  #failed(rule: ValidationRule, { message, reason }: CelError): void {
    const named = nameOf(rule);
    if (reason === 'cost') {
      const why = `no further validation rules will be run due to call cost exceeds limit for rule: ${named}`;
      this.#run.stop(this.#fault(`'${message}': ${why}`));
    } else if (message.startsWith('no such overload')) {
      const why = `call arguments did not match a supported operator, function or macro signature for rule: ${named}`;
      this.#run.add(this.#fault(`'${message}': ${why}`));
    } else this.#run.add(this.#fault(`${message} evaluating rule: ${named}`));
  }

  #report({ rule, message, usesOldSelf, fieldPath }: CompiledRule): void {
    const { path, ratchet } = this.#subject;
    const place = fieldPath === '' ? (path ?? '<nil>') : path ? `${path}.${fieldPath}` : fieldPath;
    const add = (fault: FieldError) => void (!usesOldSelf && ratchet.unchanged ? this.#run.tolerated : this.#run.faults).push(fault);
    const told = message instanceof CompiledExpression ? this.#messageOf(message, rule) : undefined;
    if (told?.fatal) {
      add(invalidValue(place, this.#type, told.text));
      this.#run.stop();
    } else add(faultOf(rule, place, this.#shown, told?.text ?? messageOr(rule)));
  }

  /** The value, where it is short; other faults name its type. */
  get #shown(): unknown {
    return this.#type === 'object' || this.#type === 'array' ? OMITTED : this.#subject.value;
  }

  /** What a message expression says; undefined where it fails and the plain message has to do. */
  #messageOf(message: CompiledExpression, { messageExpression = '' }: ValidationRule): { text: string; fatal: boolean } | undefined {
    const { value, cost } = message.evaluate(this.#variables.plain, { costLimit: costLimits.perCall });
    if (!this.#run.spend(cost)) {
      const text = 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run';
      return { text, fatal: true };
    }
    if (value instanceof CelError && value.reason === 'cost') {
      const named = goQuote(messageExpression);
      return {
        text: `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${named}`,
        fatal: true,
      };
    }
    const text = typeof value === 'string' ? value.trim() : '';
    const usable = text !== '' && !text.includes('\n') && new TextEncoder().encode(text).length <= MAX_MESSAGE_BYTES;
    return usable ? { text, fatal: false } : undefined;
  }
}

/** `self` and `oldSelf`, made into values when they are first asked for. */
class Variables {
  readonly #self: DeclType;
  readonly #subject: RuleSubject;
  readonly #made = new Map<string, CelValue>();
  readonly plain: Bindings = (name) => this.#plain(name);
  readonly optional: Bindings = (name) => (name === 'oldSelf' ? this.#optionalOldSelf() : this.#plain(name));

  constructor(self: DeclType, subject: RuleSubject) {
    this.#self = self;
    this.#subject = subject;
  }

  #plain(name: string): CelValue | undefined {
    const data = name === 'self' ? this.#subject.value : this.#subject.previous;
    if (name === 'oldSelf' && isAbsent(data)) return undefined;
    const known = this.#made.get(name) ?? this.#self.convert(data);
    this.#made.set(name, known);
    return known;
  }

  #optionalOldSelf(): CelOptional {
    const previous = this.#plain('oldSelf');
    return previous === undefined ? CelOptional.none : CelOptional.of(previous);
  }
}

/** How messages name a rule: by what it says, or else as it is written. */
const nameOf = ({ rule, message }: ValidationRule): string => (message || rule).trim();
const messageOr = (rule: ValidationRule): string => (rule.message ? rule.message.trim() : `failed rule: ${nameOf(rule)}`);

function faultOf({ reason }: ValidationRule, path: string, value: unknown, detail: string): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbiddenField(path, detail);
    case 'FieldValueRequired':
      return required(path, detail);
    case 'FieldValueDuplicate':
      return duplicate(path, value);
    default:
      return invalidValue(path, value, detail);
  }
}
