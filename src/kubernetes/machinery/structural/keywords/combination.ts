import { goQuote } from '../../validation/go-text.ts';
import type { Check } from '../check.ts';
import type { JsonSchema } from '../json-schema.ts';
import { generalFault, Outcome } from '../outcome.ts';

/** `anyOf`, `oneOf`, `allOf`, `not`. Faults within them are never forgiven for being old. */
export function combinationCheck(schema: JsonSchema, compile: (schema: JsonSchema) => Check): Check | undefined {
  const anyOf = (schema.anyOf ?? []).map(compile);
  const oneOf = (schema.oneOf ?? []).map(compile);
  const allOf = (schema.allOf ?? []).map(compile);
  const not = schema.not && compile(schema.not);
  if (anyOf.length + oneOf.length + allOf.length === 0 && !not) return undefined;
  return (value, path, into) => {
    if (anyOf.length > 0) checkAny(anyOf, value, path, into);
    if (oneOf.length > 0) checkOne(oneOf, value, path, into);
    if (allOf.length > 0) checkAll(allOf, value, path, into);
    if (not && outcomeOf(not, value, path).valid) into.add(generalFault(`${goQuote(path)} must not validate the schema (not)`));
  };
}

function outcomeOf(check: Check, value: unknown, path: string): Outcome {
  const outcome = new Outcome();
  check(value, path, outcome, undefined);
  return outcome;
}

/** Of alternatives that all fail, the faults of the one that came nearest are told. */
function nearest(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce((best, outcome) => (outcome.matches > best.matches ? outcome : best));
}

function checkAny(alternatives: readonly Check[], value: unknown, path: string, into: Outcome): void {
  const failed: Outcome[] = [];
  for (const alternative of alternatives) {
    const outcome = outcomeOf(alternative, value, path);
    if (outcome.valid) {
      into.merge(outcome);
      return;
    }
    failed.push(outcome);
  }
  into.add(generalFault(`${goQuote(path)} must validate at least one schema (anyOf)`));
  into.merge(nearest(failed));
}

function checkOne(alternatives: readonly Check[], value: unknown, path: string, into: Outcome): void {
  const outcomes = alternatives.map((alternative) => outcomeOf(alternative, value, path));
  const valid = outcomes.filter((outcome) => outcome.valid);
  if (valid.length === 1) {
    into.merge(valid[0] as Outcome);
    return;
  }
  const found = valid.length === 0 ? 'Found none valid' : `Found ${valid.length} valid alternatives`;
  into.add(generalFault(`${goQuote(path)} must validate one and only one schema (oneOf). ${found}`));
  // Failures before the first success count; after it there is nothing to explain.
  if (valid.length === 0) into.merge(nearest(outcomes));
}

function checkAll(parts: readonly Check[], value: unknown, path: string, into: Outcome): void {
  let valid = 0;
  for (const part of parts) {
    const outcome = outcomeOf(part, value, path);
    if (outcome.valid) valid++;
    into.merge(outcome);
  }
  if (valid < parts.length) {
    into.add(generalFault(`${goQuote(path)} must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`));
  }
}
